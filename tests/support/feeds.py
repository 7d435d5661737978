"""Services as other people's directories write them, clean and dirty. All of it is made up."""

from __future__ import annotations

from typing import Any

SERVICE_ID = "7b0c1f6e-2f5b-4c0e-9a44-0f6f5b9f1a01"
OTHER_ID = "7b0c1f6e-2f5b-4c0e-9a44-0f6f5b9f1a02"
ORGANIZATION_ID = "7b0c1f6e-2f5b-4c0e-9a44-0f6f5b9f1aff"
PHONE, OTHER_PHONE, THIRD_PHONE = "+441132224444", "+441132225555", "+441132226666"
LEEDS_URI = "http://statistics.data.gov.uk/id/statistical-geography/E08000035"


def organization(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": ORGANIZATION_ID,
        "name": "Aire Valley Support",
        "description": "A charity in Leeds.",
        "website": "https://airevalley.org.uk",
    }
    return made | changes


def service(service_id: str = SERVICE_ID, **changes: Any) -> dict[str, Any]:
    """A service in Open Referral UK 3.0, as it should be. A change to None takes a field away."""
    made: dict[str, Any] = {
        "id": service_id,
        "name": "Talking in Leeds",
        "description": "Somebody to talk to about home.",
        "url": "https://airevalley.org.uk/talking",
        "email": "talking@airevalley.org.uk",
        "status": "active",
        "fees": "Free",
        "minimum_age": 18,
        "assured_date": "2026-10-01",
        "organization": organization(),
        "contacts": [{"id": "c1", "title": "Office", "phones": [{"id": "p1", "number": "0113 222 4444"}]}],
        "schedules": [
            {"id": "s1", "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00:00", "closes_at": "17:00:00"}
        ],
        "service_areas": [{"id": "a1", "name": "Leeds", "uri": LEEDS_URI}],
        "languages": [{"id": "l1", "name": "English"}, {"id": "l2", "code": "pl"}],
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def old_service(**changes: Any) -> dict[str, Any]:
    """The same in Open Referral UK 1.0."""
    made: dict[str, Any] = {
        "id": SERVICE_ID,
        "name": "Talking in Leeds",
        "description": "Somebody to talk to about home.",
        "url": "https://airevalley.org.uk/talking",
        "email": "talking@airevalley.org.uk",
        "status": "active",
        "fees": None,
        "deliverable_type": "Advice",
        "attending_type": "phone",
        "assured_date": "2026-10-01",
        "organization": organization(url="https://airevalley.org.uk", website=None),
        "contacts": [{"id": "c1", "name": "", "title": "Office", "phones": [{"id": "p1", "number": "0113 222 4444"}]}],
        "eligibilitys": [{"id": "e1", "eligibility": "Adults", "minimum_age": 18, "maximum_age": 0}],
        "cost_options": [{"id": "o1", "amount": 2.5, "amount_description": "a session"}],
        "regular_schedules": [{"id": "s1", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}],
        "holiday_schedules": [],
        "fundings": [],
        "reviews": [],
        "languages": [{"id": "l1", "language": "English"}],
        "service_areas": [{"id": "a1", "service_area": "National", "extent": None, "uri": None}],
        "service_taxonomys": [
            {"id": "t1", "taxonomy": {"id": "bcc:38", "name": "Support", "vocabulary": "Council services"}}
        ],
        "service_at_locations": [
            {
                "id": "at1",
                "location": {
                    "id": "loc1",
                    "physical_addresses": [{"id": "ad1", "address_1": "Ring 0113 222 5555", "postal_code": ""}],
                    "accessibility_for_disabilities": [{"id": "ac1", "accessibility": "Ramp at the door"}],
                },
            }
        ],
    }
    return made | changes


def page(*services: Any, number: int = 1, of: int = 1) -> dict[str, Any]:
    """A page of an Open Referral UK 3.0 feed."""
    return {
        "total_items": len(services) * of,
        "total_pages": of,
        "page_number": number,
        "size": len(services),
        "first_page": number == 1,
        "last_page": number == of,
        "empty": not services,
        "contents": list(services),
    }


def old_page(*services: Any, number: int = 1, of: int = 1) -> dict[str, Any]:
    """A page of an Open Referral UK 1.0 feed."""
    return {
        "totalElements": len(services) * of,
        "totalPages": of,
        "number": number,
        "size": len(services),
        "first": number == 1,
        "last": number == of,
        "content": list(services),
    }
