-- Revision p001. Written by the migrations: python -m service_directory.build.newest_tables
CREATE TABLE flow_passage (
	from_digest VARCHAR(12) NOT NULL, 
	to_digest VARCHAR(12) NOT NULL, 
	decided TEXT NOT NULL, 
	PRIMARY KEY (from_digest, to_digest), 
	FOREIGN KEY(from_digest) REFERENCES flow_version (digest), 
	FOREIGN KEY(to_digest) REFERENCES flow_version (digest)
);
CREATE TABLE flow_publication (
	number INTEGER NOT NULL, 
	digest VARCHAR(12) NOT NULL, 
	at BIGINT NOT NULL, 
	who TEXT NOT NULL, 
	why TEXT NOT NULL, 
	action VARCHAR(16) NOT NULL, 
	moves TEXT NOT NULL, 
	finish_old BOOLEAN NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(digest) REFERENCES flow_version (digest)
);
CREATE TABLE flow_version (
	digest VARCHAR(12) NOT NULL, 
	kept_at BIGINT NOT NULL, 
	PRIMARY KEY (digest)
);
CREATE TABLE flow_version_file (
	digest VARCHAR(12) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY (digest, name), 
	FOREIGN KEY(digest) REFERENCES flow_version (digest)
);
