"""The pages of somebody at a service: for that service's entry alone, busy, on a phone, twice a year."""
