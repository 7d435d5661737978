-- Revision k001. Written by the migrations: python -m service_directory.build.newest_tables
CREATE TABLE desk_account (
	name TEXT NOT NULL, 
	name_key VARCHAR(200) NOT NULL, 
	email TEXT NOT NULL, 
	email_key VARCHAR(200) NOT NULL, 
	roles TEXT NOT NULL, 
	totp_secret TEXT NOT NULL, 
	totp_step INTEGER NOT NULL, 
	totp_wrong INTEGER NOT NULL, 
	totp_wrong_since DATETIME, 
	invited_at DATETIME NOT NULL, 
	invited_by TEXT NOT NULL, 
	joined_at DATETIME, 
	closed_at DATETIME, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desk_account PRIMARY KEY (id), 
	CONSTRAINT uq_desk_account_email_key UNIQUE (email_key), 
	CONSTRAINT uq_desk_account_name_key UNIQUE (name_key)
);
CREATE TABLE desk_assessment_draft (
	service_id VARCHAR(200) NOT NULL, 
	standard VARCHAR(200) NOT NULL, 
	section VARCHAR(32) NOT NULL, 
	criterion VARCHAR(32) NOT NULL, 
	result VARCHAR(32) NOT NULL, 
	note TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	saved_at DATETIME NOT NULL, 
	saved_by TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desk_assessment_draft PRIMARY KEY (id), 
	CONSTRAINT uq_desk_assessment_draft_service_id UNIQUE (service_id, standard, section, criterion)
);
CREATE TABLE desk_count (
	month DATE NOT NULL, 
	region VARCHAR(32) NOT NULL, 
	kind VARCHAR(200) NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_desk_count PRIMARY KEY (month, region, kind)
);
CREATE TABLE desk_decision (
	service_id VARCHAR(200) NOT NULL, 
	section VARCHAR(32) NOT NULL, 
	content TEXT NOT NULL, 
	why TEXT NOT NULL, 
	put_down_by TEXT NOT NULL, 
	put_down_at DATETIME NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desk_decision PRIMARY KEY (id)
);
CREATE TABLE desk_entry_draft (
	service_id VARCHAR(200) NOT NULL, 
	content TEXT NOT NULL, 
	saved_at DATETIME NOT NULL, 
	saved_by TEXT NOT NULL, 
	proposal INTEGER, 
	sent_at DATETIME, 
	CONSTRAINT pk_desk_entry_draft PRIMARY KEY (service_id)
);
CREATE TABLE desk_job (
	name VARCHAR(32) NOT NULL, 
	holder VARCHAR(32) NOT NULL, 
	held_until DATETIME, 
	done_for VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_desk_job PRIMARY KEY (name)
);
CREATE TABLE desk_keeper (
	service_id VARCHAR(200) NOT NULL, 
	email TEXT NOT NULL, 
	email_key VARCHAR(200) NOT NULL, 
	added_at DATETIME NOT NULL, 
	added_by TEXT NOT NULL, 
	bounced_at DATETIME, 
	removed_at DATETIME, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desk_keeper PRIMARY KEY (id), 
	CONSTRAINT uq_desk_keeper_service_id UNIQUE (service_id, email_key)
);
CREATE TABLE desk_keeper_request (
	service_id VARCHAR(200) NOT NULL, 
	action VARCHAR(32) NOT NULL, 
	email TEXT NOT NULL, 
	email_key VARCHAR(200) NOT NULL, 
	asked_by TEXT NOT NULL, 
	asked_at DATETIME NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	settled_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desk_keeper_request PRIMARY KEY (id)
);
CREATE TABLE desk_link (
	hash VARCHAR(64) NOT NULL, 
	purpose VARCHAR(32) NOT NULL, 
	subject INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	spent_at DATETIME, 
	CONSTRAINT pk_desk_link PRIMARY KEY (hash)
);
CREATE TABLE desk_log (
	at DATETIME NOT NULL, 
	who TEXT NOT NULL, 
	what VARCHAR(32) NOT NULL, 
	about TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desk_log PRIMARY KEY (id)
);
CREATE TABLE desk_mail (
	kind VARCHAR(32) NOT NULL, 
	service_id VARCHAR(200) NOT NULL, 
	recipient TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	plain TEXT NOT NULL, 
	html TEXT NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	queued_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	taken_until DATETIME, 
	useless_at DATETIME, 
	trouble TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desk_mail PRIMARY KEY (id)
);
CREATE TABLE desk_reminder (
	service_id VARCHAR(200) NOT NULL, 
	stage VARCHAR(32) NOT NULL, 
	counted_from DATE NOT NULL, 
	sent_at DATETIME NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desk_reminder PRIMARY KEY (id), 
	CONSTRAINT uq_desk_reminder_service_id UNIQUE (service_id, counted_from, stage)
);
CREATE TABLE desk_report (
	service_id VARCHAR(200) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	week DATE NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desk_report PRIMARY KEY (id)
);
CREATE TABLE desk_switch (
	name VARCHAR(64) NOT NULL, 
	message TEXT NOT NULL, 
	why TEXT NOT NULL, 
	who TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_desk_switch PRIMARY KEY (name)
);
CREATE TABLE desk_visit (
	hash VARCHAR(64) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	subject INTEGER NOT NULL, 
	proved BOOLEAN NOT NULL, 
	begun_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_desk_visit PRIMARY KEY (hash)
);
CREATE INDEX ix_desk_assessment_draft_service_id ON desk_assessment_draft (service_id);
CREATE INDEX ix_desk_decision_service_id ON desk_decision (service_id);
CREATE INDEX ix_desk_keeper_email_key ON desk_keeper (email_key);
CREATE INDEX ix_desk_keeper_request_service_id ON desk_keeper_request (service_id);
CREATE INDEX ix_desk_keeper_service_id ON desk_keeper (service_id);
CREATE INDEX ix_desk_link_expires_at ON desk_link (expires_at);
CREATE INDEX ix_desk_log_at ON desk_log (at);
CREATE INDEX ix_desk_mail_service_id ON desk_mail (service_id);
CREATE INDEX ix_desk_mail_state ON desk_mail (state);
CREATE INDEX ix_desk_reminder_service_id ON desk_reminder (service_id);
CREATE INDEX ix_desk_report_service_id ON desk_report (service_id);
CREATE INDEX ix_desk_visit_expires_at ON desk_visit (expires_at);
CREATE INDEX ix_desk_visit_subject ON desk_visit (subject);
