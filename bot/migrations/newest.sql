-- Revision s004. Written by the migrations: python -m service_directory.build.newest_tables
CREATE TABLE lane (
	number INTEGER NOT NULL, 
	holder VARCHAR(32) NOT NULL, 
	ends_at BIGINT NOT NULL, 
	PRIMARY KEY (number)
);
CREATE TABLE mark (
	name VARCHAR(32) NOT NULL, 
	key_number INTEGER NOT NULL, 
	made_at BIGINT NOT NULL, 
	ends_at BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE session (
	who VARCHAR(32) NOT NULL, 
	key_number INTEGER NOT NULL, 
	ends_at BIGINT NOT NULL, 
	sealed BLOB NOT NULL, place BLOB, 
	PRIMARY KEY (who)
);
CREATE TABLE trace (
	who VARCHAR(32) NOT NULL, 
	key_number INTEGER NOT NULL, 
	wipe_at BIGINT, 
	drop_at BIGINT NOT NULL, 
	sealed BLOB NOT NULL, seal_number BIGINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (who)
);
CREATE INDEX ix_mark_ends_at ON mark (ends_at);
CREATE INDEX ix_mark_key_number ON mark (key_number);
CREATE INDEX ix_session_ends_at ON session (ends_at);
CREATE INDEX ix_session_key_number ON session (key_number);
CREATE INDEX ix_trace_drop_at ON trace (drop_at);
CREATE INDEX ix_trace_key_number ON trace (key_number);
CREATE INDEX ix_trace_seal_number ON trace (seal_number);
CREATE INDEX ix_trace_wipe_at ON trace (wipe_at);
