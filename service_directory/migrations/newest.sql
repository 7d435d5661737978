-- Revision 0003. Written by the migrations: python -m service_directory.build.newest_tables
CREATE TABLE address (
	location_id VARCHAR(200) NOT NULL, 
	address_type VARCHAR(32) NOT NULL, 
	address_1 TEXT NOT NULL, 
	address_2 TEXT NOT NULL, 
	city TEXT NOT NULL, 
	state_province TEXT NOT NULL, 
	postal_code TEXT NOT NULL, 
	country VARCHAR(32) NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_address PRIMARY KEY (id), 
	CONSTRAINT fk_address_location_id_location FOREIGN KEY(location_id) REFERENCES location (id), 
	CONSTRAINT fk_address_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE attestation (
	standard VARCHAR(32) NOT NULL, 
	standard_version VARCHAR(32) NOT NULL, 
	section VARCHAR(32) NOT NULL, 
	basis VARCHAR(32) NOT NULL, 
	outcome VARCHAR(32) NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	assessor TEXT NOT NULL, 
	assessed_on DATE, 
	decided_on DATE, 
	decided_by TEXT NOT NULL, 
	valid_from DATE, 
	valid_until DATE, 
	review_due DATE, 
	public_note TEXT NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, assessor_role TEXT DEFAULT '' NOT NULL, submitted_by TEXT DEFAULT '' NOT NULL, scope_note TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_attestation PRIMARY KEY (id), 
	CONSTRAINT fk_attestation_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE "attribute" (
	link_type VARCHAR(32) NOT NULL, 
	value VARCHAR(32) NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	taxonomy_term_id VARCHAR(200), 
	CONSTRAINT pk_attribute PRIMARY KEY (id), 
	CONSTRAINT fk_attribute_service_id_service FOREIGN KEY(service_id) REFERENCES service (id), 
	CONSTRAINT fk_attribute_taxonomy_term_id_taxonomy_term FOREIGN KEY(taxonomy_term_id) REFERENCES taxonomy_term (id)
);
CREATE TABLE contact (
	kind VARCHAR(32) NOT NULL, 
	email TEXT NOT NULL, 
	url TEXT NOT NULL, 
	description TEXT NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	source TEXT NOT NULL, 
	checked_on DATE, 
	checked_by TEXT NOT NULL, 
	CONSTRAINT pk_contact PRIMARY KEY (id), 
	CONSTRAINT fk_contact_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE cost_option (
	option TEXT NOT NULL, 
	currency VARCHAR(32) NOT NULL, 
	amount_pence INTEGER, 
	amount_description TEXT NOT NULL, 
	valid_from DATE, 
	valid_to DATE, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_cost_option PRIMARY KEY (id), 
	CONSTRAINT fk_cost_option_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE criterion (
	section_id VARCHAR(200) NOT NULL, 
	code VARCHAR(32) NOT NULL, 
	text TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	tells TEXT NOT NULL, 
	essential BOOLEAN NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_criterion PRIMARY KEY (id), 
	CONSTRAINT fk_criterion_section_id_section FOREIGN KEY(section_id) REFERENCES section (id)
);
CREATE TABLE criterion_evidence (
	attestation_id VARCHAR(200) NOT NULL, 
	criterion_result_id VARCHAR(200) NOT NULL, 
	evidence_id VARCHAR(200) NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_criterion_evidence PRIMARY KEY (id), 
	CONSTRAINT fk_criterion_evidence_attestation_id_attestation FOREIGN KEY(attestation_id) REFERENCES attestation (id), 
	CONSTRAINT fk_criterion_evidence_criterion_result_id_criterion_result FOREIGN KEY(criterion_result_id) REFERENCES criterion_result (id), 
	CONSTRAINT fk_criterion_evidence_evidence_id_evidence FOREIGN KEY(evidence_id) REFERENCES evidence (id), 
	CONSTRAINT fk_criterion_evidence_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE criterion_result (
	attestation_id VARCHAR(200) NOT NULL, 
	criterion VARCHAR(32) NOT NULL, 
	result VARCHAR(32) NOT NULL, 
	reason TEXT NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_criterion_result PRIMARY KEY (id), 
	CONSTRAINT fk_criterion_result_attestation_id_attestation FOREIGN KEY(attestation_id) REFERENCES attestation (id)
);
CREATE TABLE evidence (
	kind VARCHAR(32) NOT NULL, 
	title TEXT NOT NULL, 
	locator TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	captured_on DATE, 
	expires_on DATE, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_evidence PRIMARY KEY (id), 
	CONSTRAINT fk_evidence_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE external_identity (
	source VARCHAR(200) NOT NULL, 
	resource_type VARCHAR(32) NOT NULL, 
	external_id VARCHAR(200) NOT NULL, 
	resource_id VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_external_identity PRIMARY KEY (id)
);
CREATE TABLE language (
	code VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_language PRIMARY KEY (id), 
	CONSTRAINT fk_language_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE lifeline_check (
	id INTEGER NOT NULL, 
	lifeline_key VARCHAR(32) NOT NULL, 
	checked_on DATE NOT NULL, 
	checked_by TEXT NOT NULL, 
	CONSTRAINT pk_lifeline_check PRIMARY KEY (id)
);
CREATE TABLE location (
	location_type VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	transportation TEXT NOT NULL, 
	accessibility TEXT NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_location PRIMARY KEY (id), 
	CONSTRAINT fk_location_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE metadata (
	id INTEGER NOT NULL, 
	service_id VARCHAR(200), 
	resource_type VARCHAR(32) NOT NULL, 
	resource_id VARCHAR(200) NOT NULL, 
	last_action_date DATETIME NOT NULL, 
	last_action_type VARCHAR(32) NOT NULL, 
	field_name VARCHAR(32) NOT NULL, 
	previous_value TEXT NOT NULL, 
	replacement_value TEXT NOT NULL, 
	updated_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_metadata PRIMARY KEY (id)
);
CREATE TABLE organization (
	name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	website TEXT NOT NULL, 
	id VARCHAR(200) NOT NULL, alternate_name TEXT DEFAULT '' NOT NULL, email TEXT DEFAULT '' NOT NULL, charity_number VARCHAR(32) DEFAULT '' NOT NULL, company_number VARCHAR(32) DEFAULT '' NOT NULL, do_not_list BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_organization PRIMARY KEY (id)
);
CREATE TABLE other_mark (
	scheme TEXT NOT NULL, 
	issuer TEXT NOT NULL, 
	level TEXT NOT NULL, 
	issued_on DATE, 
	expires_on DATE, 
	verify_url TEXT NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_other_mark PRIMARY KEY (id), 
	CONSTRAINT fk_other_mark_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE phone (
	number VARCHAR(32) NOT NULL, 
	type VARCHAR(32) NOT NULL, 
	description TEXT NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	source TEXT NOT NULL, 
	checked_on DATE, 
	checked_by TEXT NOT NULL, shows_on_bill VARCHAR(32) DEFAULT 'unknown' NOT NULL, 
	CONSTRAINT pk_phone PRIMARY KEY (id), 
	CONSTRAINT fk_phone_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE proposal (
	service_id VARCHAR(200) NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	proposed_by TEXT NOT NULL, 
	proposed_at DATETIME NOT NULL, 
	reason TEXT NOT NULL, 
	source TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_proposal PRIMARY KEY (id), 
	CONSTRAINT fk_proposal_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE proposal_decision (
	proposal_id INTEGER NOT NULL, 
	decision VARCHAR(32) NOT NULL, 
	decided_by TEXT NOT NULL, 
	decided_at DATETIME NOT NULL, 
	reason TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_proposal_decision PRIMARY KEY (id), 
	CONSTRAINT fk_proposal_decision_proposal_id_proposal FOREIGN KEY(proposal_id) REFERENCES proposal (id)
);
CREATE TABLE proposed_change (
	proposal_id INTEGER NOT NULL, 
	resource_type VARCHAR(32) NOT NULL, 
	resource_id VARCHAR(200) NOT NULL, 
	action VARCHAR(32) NOT NULL, 
	field_name VARCHAR(32) NOT NULL, 
	previous_value TEXT NOT NULL, 
	replacement_value TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_proposed_change PRIMARY KEY (id), 
	CONSTRAINT fk_proposed_change_proposal_id_proposal FOREIGN KEY(proposal_id) REFERENCES proposal (id)
);
CREATE TABLE revision (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_revision PRIMARY KEY (id)
);
INSERT INTO "revision" VALUES(1,0);
CREATE TABLE schedule (
	link_id VARCHAR(200) NOT NULL, 
	opening_hours TEXT NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	source TEXT NOT NULL, 
	checked_on DATE, 
	checked_by TEXT NOT NULL, 
	CONSTRAINT pk_schedule PRIMARY KEY (id), 
	CONSTRAINT fk_schedule_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE section (
	standard_id VARCHAR(200) NOT NULL, 
	code VARCHAR(32) NOT NULL, 
	title TEXT NOT NULL, 
	aim TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_section PRIMARY KEY (id), 
	CONSTRAINT fk_section_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id)
);
CREATE TABLE service (
	organization_id VARCHAR(200) NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	status VARCHAR(32) NOT NULL, 
	application_process TEXT NOT NULL, 
	fees_description TEXT NOT NULL, 
	minimum_age INTEGER, 
	maximum_age INTEGER, 
	published BOOLEAN NOT NULL, 
	hold_reason TEXT NOT NULL, 
	perpetrator_service BOOLEAN NOT NULL, 
	serves_men VARCHAR(32) NOT NULL, 
	accommodation BOOLEAN NOT NULL, 
	assessment TEXT NOT NULL, 
	bill TEXT NOT NULL, 
	workers TEXT NOT NULL, 
	children TEXT NOT NULL, 
	access TEXT NOT NULL, 
	example BOOLEAN NOT NULL, 
	id VARCHAR(200) NOT NULL, alternate_name TEXT DEFAULT '' NOT NULL, eligibility_description TEXT DEFAULT '' NOT NULL, interpretation_services TEXT DEFAULT '' NOT NULL, alert TEXT DEFAULT '' NOT NULL, hides_address BOOLEAN DEFAULT 0 NOT NULL, assessment_told VARCHAR(32) DEFAULT 'unknown' NOT NULL, worker_choice VARCHAR(32) DEFAULT 'unknown' NOT NULL, sexuality_inclusion TEXT DEFAULT '' NOT NULL, trans_inclusion TEXT DEFAULT '' NOT NULL, children_accepted VARCHAR(32) DEFAULT 'unknown' NOT NULL, pets TEXT DEFAULT '' NOT NULL, pets_accepted VARCHAR(32) DEFAULT 'unknown' NOT NULL, local_applicants VARCHAR(32) DEFAULT 'unknown' NOT NULL, anonymous_contact VARCHAR(32) DEFAULT 'unknown' NOT NULL, funding_end DATE, do_not_list BOOLEAN DEFAULT 0 NOT NULL, assured_on DATE, assured_by TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_service PRIMARY KEY (id), 
	CONSTRAINT fk_service_organization_id_organization FOREIGN KEY(organization_id) REFERENCES organization (id)
);
CREATE TABLE service_area (
	code VARCHAR(32) NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_service_area PRIMARY KEY (id), 
	CONSTRAINT fk_service_area_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE service_at_location (
	location_id VARCHAR(200) NOT NULL, 
	description TEXT NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_service_at_location PRIMARY KEY (id), 
	CONSTRAINT fk_service_at_location_location_id_location FOREIGN KEY(location_id) REFERENCES location (id), 
	CONSTRAINT fk_service_at_location_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE service_capacity (
	unit VARCHAR(32) NOT NULL, 
	available INTEGER NOT NULL, 
	maximum INTEGER, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	source TEXT NOT NULL, 
	checked_on DATE, 
	checked_by TEXT NOT NULL, 
	CONSTRAINT pk_service_capacity PRIMARY KEY (id), 
	CONSTRAINT fk_service_capacity_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE staged_entry (
	import_id INTEGER NOT NULL, 
	resource_type VARCHAR(32) NOT NULL, 
	resource_id VARCHAR(200) NOT NULL, 
	place TEXT NOT NULL, 
	outcome VARCHAR(32) NOT NULL, 
	reason TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_staged_entry PRIMARY KEY (id), 
	CONSTRAINT fk_staged_entry_import_id_staged_import FOREIGN KEY(import_id) REFERENCES staged_import (id)
);
CREATE TABLE staged_import (
	source TEXT NOT NULL, 
	format VARCHAR(32) NOT NULL, 
	digest VARCHAR(200) NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	staged_at DATETIME NOT NULL, 
	staged_by TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_staged_import PRIMARY KEY (id)
);
CREATE TABLE standard (
	code VARCHAR(32) NOT NULL, 
	version VARCHAR(32) NOT NULL, 
	title TEXT NOT NULL, 
	wording TEXT NOT NULL, 
	counts BOOLEAN NOT NULL, 
	replaces TEXT NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_standard PRIMARY KEY (id)
);
CREATE TABLE suspension (
	section VARCHAR(32), 
	from_date DATE NOT NULL, 
	until_date DATE, 
	reason TEXT NOT NULL, 
	opened_by TEXT NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(200) NOT NULL, closed_by TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_suspension PRIMARY KEY (id), 
	CONSTRAINT fk_suspension_service_id_service FOREIGN KEY(service_id) REFERENCES service (id)
);
CREATE TABLE taxonomy (
	name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	version VARCHAR(32) NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_taxonomy PRIMARY KEY (id)
);
INSERT INTO "taxonomy" VALUES('What a man needs','','1','need'),
('What kind of place to stay','','1','accommodation_kind'),
('How somebody gets in','','1','access_route');
CREATE TABLE taxonomy_term (
	taxonomy_id VARCHAR(200) NOT NULL, 
	code VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_taxonomy_term PRIMARY KEY (id), 
	CONSTRAINT fk_taxonomy_term_taxonomy_id_taxonomy FOREIGN KEY(taxonomy_id) REFERENCES taxonomy (id)
);
INSERT INTO "taxonomy_term" VALUES('need','talk','Someone to talk to','','need/talk'),
('need','stay','A place to stay','','need/stay'),
('need','police_legal','Police and the law','','need/police_legal'),
('need','children','Children','','need/children'),
('need','money','Money','','need/money'),
('need','health','Health','','need/health'),
('need','browsing','Just looking','','need/browsing'),
('accommodation_kind','refuge','A refuge','','accommodation_kind/refuge'),
('accommodation_kind','safe_house','A safe house','','accommodation_kind/safe_house'),
('accommodation_kind','dispersed','A home of his own, with support','','accommodation_kind/dispersed'),
('accommodation_kind','hostel','A hostel','','accommodation_kind/hostel'),
('accommodation_kind','emergency','A bed for a few nights','','accommodation_kind/emergency'),
('accommodation_kind','host','A room with a host','','accommodation_kind/host'),
('accommodation_kind','sanctuary','Making his own home safer','','accommodation_kind/sanctuary'),
('accommodation_kind','brokered','Finds a place with somebody else','','accommodation_kind/brokered'),
('access_route','self','He gets in touch himself','','access_route/self'),
('access_route','professional','A professional refers him','','access_route/professional'),
('access_route','police','The police refer him','','access_route/police'),
('access_route','council','The council refers him','','access_route/council');
CREATE INDEX ix_address_location_id ON address (location_id);
CREATE INDEX ix_address_service_id ON address (service_id);
CREATE INDEX ix_attestation_service_id ON attestation (service_id);
CREATE INDEX ix_attribute_service_id ON attribute (service_id);
CREATE INDEX ix_attribute_taxonomy_term_id ON attribute (taxonomy_term_id);
CREATE INDEX ix_contact_service_id ON contact (service_id);
CREATE INDEX ix_cost_option_service_id ON cost_option (service_id);
CREATE INDEX ix_criterion_evidence_attestation_id ON criterion_evidence (attestation_id);
CREATE INDEX ix_criterion_evidence_criterion_result_id ON criterion_evidence (criterion_result_id);
CREATE INDEX ix_criterion_evidence_evidence_id ON criterion_evidence (evidence_id);
CREATE INDEX ix_criterion_evidence_service_id ON criterion_evidence (service_id);
CREATE INDEX ix_criterion_result_attestation_id ON criterion_result (attestation_id);
CREATE INDEX ix_criterion_section_id ON criterion (section_id);
CREATE INDEX ix_evidence_service_id ON evidence (service_id);
CREATE INDEX ix_external_identity_external_id ON external_identity (external_id);
CREATE INDEX ix_external_identity_resource_id ON external_identity (resource_id);
CREATE INDEX ix_language_service_id ON language (service_id);
CREATE INDEX ix_lifeline_check_lifeline_key ON lifeline_check (lifeline_key);
CREATE INDEX ix_location_service_id ON location (service_id);
CREATE INDEX ix_metadata_resource_id ON metadata (resource_id);
CREATE INDEX ix_metadata_service_id ON metadata (service_id);
CREATE INDEX ix_other_mark_service_id ON other_mark (service_id);
CREATE INDEX ix_phone_service_id ON phone (service_id);
CREATE INDEX ix_proposal_decision_proposal_id ON proposal_decision (proposal_id);
CREATE INDEX ix_proposal_service_id ON proposal (service_id);
CREATE INDEX ix_proposal_state ON proposal (state);
CREATE INDEX ix_proposed_change_proposal_id ON proposed_change (proposal_id);
CREATE INDEX ix_schedule_service_id ON schedule (service_id);
CREATE INDEX ix_section_standard_id ON section (standard_id);
CREATE INDEX ix_service_area_code ON service_area (code);
CREATE INDEX ix_service_area_service_id ON service_area (service_id);
CREATE INDEX ix_service_at_location_location_id ON service_at_location (location_id);
CREATE INDEX ix_service_at_location_service_id ON service_at_location (service_id);
CREATE INDEX ix_service_capacity_service_id ON service_capacity (service_id);
CREATE INDEX ix_service_organization_id ON service (organization_id);
CREATE INDEX ix_staged_entry_import_id ON staged_entry (import_id);
CREATE INDEX ix_staged_entry_resource_id ON staged_entry (resource_id);
CREATE INDEX ix_suspension_service_id ON suspension (service_id);
CREATE INDEX ix_taxonomy_term_taxonomy_id ON taxonomy_term (taxonomy_id);
