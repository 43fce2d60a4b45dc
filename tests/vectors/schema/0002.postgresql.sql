CREATE TABLE appointments (
	tenant VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	person VARCHAR(64) NOT NULL,
	n INTEGER NOT NULL,
	areas VARCHAR NOT NULL,
	hosts VARCHAR NOT NULL,
	first VARCHAR NOT NULL,
	last VARCHAR NOT NULL,
	appointed VARCHAR(24) NOT NULL,
	ended VARCHAR(24),
	PRIMARY KEY (tenant, id)
);
CREATE TABLE calendars (
	person VARCHAR(64) NOT NULL,
	tenant VARCHAR(64) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	opened VARCHAR(24) NOT NULL,
	PRIMARY KEY (person)
);
CREATE INDEX calendars_digest ON calendars (digest);
CREATE TABLE ceremonies (
	id VARCHAR(64) NOT NULL,
	purpose VARCHAR NOT NULL,
	person VARCHAR(64),
	tenant VARCHAR(64),
	data VARCHAR NOT NULL,
	expires VARCHAR(24) NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE channels (
	tenant VARCHAR(64) NOT NULL,
	session VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	kind VARCHAR NOT NULL,
	via VARCHAR NOT NULL,
	terminal VARCHAR NOT NULL,
	opened VARCHAR(24) NOT NULL,
	closed VARCHAR(24),
	broker_out_bytes BIGINT,
	broker_out_digest VARCHAR,
	command BYTEA,
	PRIMARY KEY (tenant, session, id)
);
CREATE TABLE closed_shards (
	tenant VARCHAR(64) NOT NULL,
	origin VARCHAR(512) NOT NULL,
	since INTEGER NOT NULL,
	size INTEGER NOT NULL,
	root BYTEA NOT NULL,
	checkpoint BYTEA NOT NULL,
	cosigned INTEGER NOT NULL,
	PRIMARY KEY (tenant, origin)
);
CREATE TABLE contracts (
	tenant VARCHAR(64) NOT NULL,
	number INTEGER NOT NULL,
	plan VARCHAR(64),
	first VARCHAR(10) NOT NULL,
	last VARCHAR(10) NOT NULL,
	prepaid BOOLEAN NOT NULL,
	paid VARCHAR(10),
	patron VARCHAR(64),
	closures VARCHAR NOT NULL,
	half_shifts BOOLEAN NOT NULL,
	products VARCHAR,
	included INTEGER,
	step INTEGER,
	least INTEGER,
	PRIMARY KEY (tenant, number)
);
CREATE TABLE cosignatures (
	tenant VARCHAR(64) NOT NULL,
	host VARCHAR(64) NOT NULL,
	size INTEGER NOT NULL,
	line VARCHAR NOT NULL,
	received VARCHAR(24) NOT NULL,
	PRIMARY KEY (tenant, host, size)
);
CREATE TABLE credentials (
	id VARCHAR(1364) NOT NULL,
	person VARCHAR(64) NOT NULL,
	kind VARCHAR NOT NULL,
	public_key VARCHAR NOT NULL,
	sign_count BIGINT NOT NULL,
	demo_software BOOLEAN NOT NULL,
	added VARCHAR(24) NOT NULL,
	removed VARCHAR(24),
	PRIMARY KEY (id)
);
CREATE INDEX credentials_person ON credentials (person);
CREATE TABLE declared_sessions (
	tenant VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	request VARCHAR(64) NOT NULL,
	state VARCHAR(32) NOT NULL,
	allowed_n INTEGER NOT NULL,
	began VARCHAR(24),
	ends VARCHAR(24),
	ended VARCHAR(24),
	outcome VARCHAR(32),
	closed_n INTEGER,
	PRIMARY KEY (tenant, id),
	UNIQUE (tenant, request),
	UNIQUE (id)
);
CREATE INDEX declared_sessions_state ON declared_sessions (tenant, state);
CREATE TABLE dispatches (
	tenant VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	channel VARCHAR NOT NULL,
	purpose VARCHAR NOT NULL,
	message_id VARCHAR(256) NOT NULL,
	recipient VARCHAR NOT NULL,
	person VARCHAR(64),
	about VARCHAR(128),
	handed VARCHAR NOT NULL,
	receipts VARCHAR NOT NULL,
	made VARCHAR(24) NOT NULL,
	due VARCHAR(24) NOT NULL,
	tries INTEGER NOT NULL,
	sent VARCHAR(24),
	overdue BOOLEAN NOT NULL,
	ended BOOLEAN NOT NULL,
	message BYTEA NOT NULL,
	PRIMARY KEY (tenant, id),
	UNIQUE (message_id)
);
CREATE INDEX dispatches_about ON dispatches (tenant, about);
CREATE INDEX dispatches_handed ON dispatches (handed, due);
CREATE TABLE entries (
	tenant VARCHAR(64) NOT NULL,
	n INTEGER NOT NULL,
	leaf BYTEA NOT NULL,
	kind VARCHAR NOT NULL,
	session VARCHAR(64),
	host VARCHAR(64),
	time VARCHAR(24) NOT NULL,
	PRIMARY KEY (tenant, n)
);
CREATE INDEX entries_kind ON entries (tenant, kind, n);
CREATE INDEX entries_session ON entries (tenant, session, n) WHERE session IS NOT NULL;
CREATE INDEX entries_time ON entries (tenant, time);
CREATE TABLE evidence (
	tenant VARCHAR(64) NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	kind VARCHAR NOT NULL,
	data BYTEA NOT NULL,
	PRIMARY KEY (tenant, sha256)
);
CREATE TABLE facts (
	key VARCHAR(64) NOT NULL,
	value VARCHAR NOT NULL,
	PRIMARY KEY (key)
);
CREATE TABLE failures (
	subject VARCHAR(128) NOT NULL,
	count INTEGER NOT NULL,
	since VARCHAR(24) NOT NULL,
	PRIMARY KEY (subject)
);
CREATE TABLE hosts (
	id VARCHAR(64) NOT NULL,
	tenant VARCHAR(64) NOT NULL,
	label VARCHAR NOT NULL,
	place VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	enrolment VARCHAR,
	code VARCHAR,
	agent_key VARCHAR,
	witness_key VARCHAR,
	recorder_key VARCHAR,
	confirmed BOOLEAN NOT NULL,
	next_host_n INTEGER NOT NULL,
	witnessed INTEGER NOT NULL,
	last_seen VARCHAR(24),
	silent_since VARCHAR(24),
	enrolled VARCHAR(24),
	listed VARCHAR(24),
	PRIMARY KEY (id)
);
CREATE INDEX hosts_tenant ON hosts (tenant);
CREATE TABLE identities (
	provider VARCHAR(64) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	person VARCHAR(64) NOT NULL,
	added VARCHAR(24) NOT NULL,
	UNIQUE (provider, digest),
	UNIQUE (provider, person)
);
CREATE INDEX identities_person ON identities (person);
CREATE TABLE incidents (
	tenant VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	state VARCHAR(64) NOT NULL,
	category INTEGER NOT NULL,
	logged VARCHAR(24) NOT NULL,
	n INTEGER NOT NULL,
	origin VARCHAR(64),
	reported VARCHAR(24),
	proposed VARCHAR(64),
	product VARCHAR(64),
	severity VARCHAR(64),
	rated_by VARCHAR(64),
	rated VARCHAR(24),
	plan VARCHAR(64),
	due VARCHAR(24),
	how VARCHAR(64),
	answered_by VARCHAR(64),
	answered VARCHAR(24),
	workable VARCHAR(24),
	taken_by VARCHAR(64),
	outcome VARCHAR(64),
	closed VARCHAR(24),
	awaited VARCHAR(64),
	waits_since VARCHAR(24),
	waited_s INTEGER,
	testing VARCHAR(64),
	reseller VARCHAR(64),
	PRIMARY KEY (tenant, id)
);
CREATE INDEX incidents_state ON incidents (state, workable);
CREATE TABLE invitations (
	token VARCHAR(64) NOT NULL,
	person VARCHAR(64) NOT NULL,
	invited_by VARCHAR(64),
	expires VARCHAR(24) NOT NULL,
	used VARCHAR(24),
	PRIMARY KEY (token)
);
CREATE TABLE jumps_owed (
	id SERIAL NOT NULL,
	tenant VARCHAR(64) NOT NULL,
	actor VARCHAR(64) NOT NULL,
	record VARCHAR NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE leads (
	id VARCHAR(64) NOT NULL,
	came VARCHAR(24) NOT NULL,
	name VARCHAR NOT NULL,
	email VARCHAR NOT NULL,
	company VARCHAR NOT NULL,
	phone VARCHAR NOT NULL,
	plan VARCHAR NOT NULL,
	text VARCHAR NOT NULL,
	answered VARCHAR(24),
	PRIMARY KEY (id)
);
CREATE TABLE left_mails (
	mailbox VARCHAR(320) NOT NULL,
	validity BIGINT NOT NULL,
	uid BIGINT NOT NULL,
	why VARCHAR NOT NULL,
	tries INTEGER NOT NULL,
	due VARCHAR(24) NOT NULL,
	PRIMARY KEY (mailbox, validity, uid)
);
CREATE TABLE log_tokens (
	tenant VARCHAR(64) NOT NULL,
	token VARCHAR NOT NULL,
	made VARCHAR(24) NOT NULL,
	PRIMARY KEY (tenant)
);
CREATE TABLE mail_rules (
	tenant VARCHAR(64) NOT NULL,
	least VARCHAR NOT NULL,
	PRIMARY KEY (tenant)
);
CREATE TABLE mail_senders (
	tenant VARCHAR(64) NOT NULL,
	person VARCHAR(64) NOT NULL,
	domain VARCHAR NOT NULL,
	box VARCHAR NOT NULL,
	fiscal_code VARCHAR NOT NULL,
	PRIMARY KEY (tenant, person)
);
CREATE TABLE mailboxes (
	mailbox VARCHAR(320) NOT NULL,
	validity BIGINT NOT NULL,
	uid BIGINT NOT NULL,
	again BIGINT NOT NULL,
	PRIMARY KEY (mailbox)
);
CREATE TABLE mails (
	tenant VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	n INTEGER,
	came VARCHAR(24) NOT NULL,
	recorded VARCHAR(24) NOT NULL,
	way VARCHAR NOT NULL,
	digest VARCHAR(64) NOT NULL,
	replay VARCHAR(64) NOT NULL,
	size INTEGER NOT NULL,
	transport VARCHAR NOT NULL,
	level VARCHAR NOT NULL,
	code VARCHAR NOT NULL,
	reasons VARCHAR NOT NULL,
	person VARCHAR(64),
	request VARCHAR(64),
	incident VARCHAR(64),
	done_by VARCHAR(64),
	raw BYTEA,
	sender VARCHAR,
	subject VARCHAR,
	PRIMARY KEY (tenant, id)
);
CREATE INDEX mails_came ON mails (tenant, came);
CREATE INDEX mails_digest ON mails (digest);
CREATE INDEX mails_replay ON mails (replay);
CREATE TABLE name_terms (
	tenant VARCHAR(64) NOT NULL,
	person VARCHAR(64) NOT NULL,
	read INTEGER NOT NULL,
	last VARCHAR(24),
	access VARCHAR(24),
	authorisation VARCHAR(24),
	erased VARCHAR(24),
	PRIMARY KEY (tenant, person)
);
CREATE TABLE nodes (
	tenant VARCHAR(64) NOT NULL,
	level INTEGER NOT NULL,
	place INTEGER NOT NULL,
	hash BYTEA NOT NULL,
	PRIMARY KEY (tenant, level, place)
);
CREATE TABLE openings (
	tenant VARCHAR(64) NOT NULL,
	n INTEGER NOT NULL,
	subject VARCHAR(64) NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (tenant, n)
);
CREATE TABLE outbox (
	id SERIAL NOT NULL,
	tenant VARCHAR(64) NOT NULL,
	kind VARCHAR NOT NULL,
	payload VARCHAR NOT NULL,
	due VARCHAR(24) NOT NULL,
	tries INTEGER NOT NULL,
	done VARCHAR(24),
	PRIMARY KEY (id)
);
CREATE INDEX outbox_due ON outbox (done, due);
CREATE TABLE passwords (
	person VARCHAR(64) NOT NULL,
	argon2 VARCHAR NOT NULL,
	totp BYTEA NOT NULL,
	totp_last INTEGER NOT NULL,
	PRIMARY KEY (person)
);
CREATE TABLE people (
	id VARCHAR(64) NOT NULL,
	tenant VARCHAR(64) NOT NULL,
	role VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	function VARCHAR NOT NULL,
	email VARCHAR NOT NULL,
	active BOOLEAN NOT NULL,
	admitted VARCHAR(24) NOT NULL,
	"left" VARCHAR(24),
	PRIMARY KEY (id),
	UNIQUE (tenant, email)
);
CREATE TABLE products (
	id VARCHAR(64) NOT NULL,
	name VARCHAR(120) NOT NULL,
	listed BOOLEAN NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE programs_due (
	id SERIAL NOT NULL,
	tenant VARCHAR(64) NOT NULL,
	due VARCHAR(24) NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE providers (
	id VARCHAR(64) NOT NULL,
	tenant VARCHAR(64) NOT NULL,
	kind VARCHAR(8) NOT NULL,
	name VARCHAR NOT NULL,
	issuer VARCHAR(256) NOT NULL,
	client VARCHAR(256) NOT NULL,
	acr VARCHAR(256) NOT NULL,
	secret BYTEA,
	added VARCHAR(24) NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX providers_tenant ON providers (tenant);
CREATE TABLE readings (
	tenant VARCHAR(64) NOT NULL,
	person VARCHAR(64) NOT NULL,
	subject VARCHAR(128) NOT NULL,
	hour VARCHAR NOT NULL,
	PRIMARY KEY (tenant, person, subject, hour)
);
CREATE TABLE recordings (
	tenant VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	session VARCHAR(64) NOT NULL,
	host VARCHAR(64) NOT NULL,
	n INTEGER NOT NULL,
	origin VARCHAR NOT NULL,
	closed BOOLEAN NOT NULL,
	segments INTEGER NOT NULL,
	identity BYTEA,
	salt BYTEA,
	PRIMARY KEY (tenant, id)
);
CREATE INDEX recordings_session ON recordings (tenant, session);
CREATE TABLE reports (
	tenant VARCHAR(64) NOT NULL,
	period VARCHAR NOT NULL,
	number VARCHAR NOT NULL,
	partial BOOLEAN NOT NULL,
	issued VARCHAR(24) NOT NULL,
	pdf BYTEA NOT NULL,
	json BYTEA NOT NULL,
	twin BYTEA NOT NULL,
	bundle BYTEA,
	n INTEGER NOT NULL,
	size INTEGER NOT NULL,
	sessions INTEGER,
	minutes INTEGER,
	PRIMARY KEY (tenant, number)
);
CREATE TABLE requests (
	tenant VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	state VARCHAR NOT NULL,
	host VARCHAR(64) NOT NULL,
	technician VARCHAR(64) NOT NULL,
	incident VARCHAR(64) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	statement BYTEA NOT NULL,
	opened_n INTEGER NOT NULL,
	asked VARCHAR(24) NOT NULL,
	not_before VARCHAR(24) NOT NULL,
	not_after VARCHAR(24) NOT NULL,
	longest_s INTEGER NOT NULL,
	supervision VARCHAR,
	watcher VARCHAR(64),
	supervised_by VARCHAR(64),
	supervised_n INTEGER,
	answered_by VARCHAR(64),
	answered VARCHAR(24),
	note_n INTEGER,
	PRIMARY KEY (tenant, id),
	UNIQUE (tenant, digest)
);
CREATE INDEX requests_state ON requests (tenant, state);
CREATE TABLE resold (
	tenant VARCHAR(64) NOT NULL,
	product VARCHAR(64) NOT NULL,
	reseller VARCHAR(64) NOT NULL,
	PRIMARY KEY (tenant, product)
);
CREATE TABLE session_counters (
	tenant VARCHAR(64) NOT NULL,
	session VARCHAR(64) NOT NULL,
	next INTEGER NOT NULL,
	PRIMARY KEY (tenant, session)
);
CREATE TABLE sessions (
	tenant VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	request VARCHAR(64) NOT NULL,
	host VARCHAR(64) NOT NULL,
	technician VARCHAR(64) NOT NULL,
	state VARCHAR NOT NULL,
	"grant" BYTEA NOT NULL,
	signature BYTEA NOT NULL,
	grant_digest VARCHAR(64) NOT NULL,
	activation BYTEA,
	salt BYTEA NOT NULL,
	granted_n INTEGER NOT NULL,
	opened_n INTEGER,
	not_before VARCHAR(24) NOT NULL,
	not_after VARCHAR(24) NOT NULL,
	issued VARCHAR(24) NOT NULL,
	opened VARCHAR(24),
	started VARCHAR(24),
	ends VARCHAR(24),
	paused VARCHAR(24),
	ended VARCHAR(24),
	reason VARCHAR,
	last_seen VARCHAR(24),
	outcome VARCHAR,
	stop_by VARCHAR,
	stop_reason VARCHAR,
	closed_n INTEGER,
	PRIMARY KEY (tenant, id),
	UNIQUE (tenant, request),
	UNIQUE (id)
);
CREATE INDEX sessions_host ON sessions (host, state);
CREATE TABLE shards (
	tenant VARCHAR(64) NOT NULL,
	origin VARCHAR NOT NULL,
	size INTEGER NOT NULL,
	root BYTEA NOT NULL,
	checkpoint BYTEA NOT NULL,
	since INTEGER NOT NULL,
	ends VARCHAR(24),
	successor VARCHAR,
	PRIMARY KEY (tenant)
);
CREATE TABLE ssh_keys (
	fingerprint VARCHAR(64) NOT NULL,
	person VARCHAR(64) NOT NULL,
	public_key VARCHAR NOT NULL,
	added VARCHAR(24) NOT NULL,
	PRIMARY KEY (fingerprint)
);
CREATE INDEX ssh_keys_person ON ssh_keys (person);
CREATE TABLE stamps (
	tenant VARCHAR(64) NOT NULL,
	size INTEGER NOT NULL,
	token BYTEA NOT NULL,
	at VARCHAR(24) NOT NULL,
	PRIMARY KEY (tenant, size)
);
CREATE TABLE statements (
	tenant VARCHAR(64) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	type VARCHAR NOT NULL,
	number INTEGER NOT NULL,
	statement BYTEA NOT NULL,
	assertion BYTEA NOT NULL,
	signed VARCHAR(24) NOT NULL,
	paper BYTEA,
	PRIMARY KEY (tenant, digest)
);
CREATE INDEX statements_type ON statements (tenant, type, number);
CREATE TABLE subject_keys (
	tenant VARCHAR(64) NOT NULL,
	subject VARCHAR(64) NOT NULL,
	wrapped BYTEA NOT NULL,
	titolare BYTEA,
	PRIMARY KEY (tenant, subject)
);
CREATE TABLE subprocessors (
	id VARCHAR(64) NOT NULL,
	name VARCHAR NOT NULL,
	place VARCHAR NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE tenants (
	id VARCHAR(64) NOT NULL,
	kind VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	details VARCHAR NOT NULL,
	zone VARCHAR NOT NULL,
	demo BOOLEAN NOT NULL,
	opened VARCHAR(24) NOT NULL,
	rest_s INTEGER,
	PRIMARY KEY (id)
);
CREATE TABLE web_sessions (
	token VARCHAR(64) NOT NULL,
	person VARCHAR(64) NOT NULL,
	method VARCHAR NOT NULL,
	terminal VARCHAR NOT NULL,
	created VARCHAR(24) NOT NULL,
	expires VARCHAR(24) NOT NULL,
	proved VARCHAR(24) NOT NULL,
	browser VARCHAR(200) NOT NULL,
	acr VARCHAR(256) NOT NULL,
	provider VARCHAR(64),
	rest_s INTEGER,
	PRIMARY KEY (token)
);
CREATE INDEX web_sessions_person ON web_sessions (person);
CREATE TABLE webhook_deliveries (
	tenant VARCHAR(64) NOT NULL,
	webhook VARCHAR(64) NOT NULL,
	number INTEGER NOT NULL,
	at VARCHAR(24) NOT NULL,
	n INTEGER,
	kind VARCHAR NOT NULL,
	status INTEGER NOT NULL,
	said VARCHAR NOT NULL,
	PRIMARY KEY (tenant, webhook, number)
);
CREATE TABLE webhooks (
	tenant VARCHAR(64) NOT NULL,
	id VARCHAR(64) NOT NULL,
	person VARCHAR(64) NOT NULL,
	role VARCHAR NOT NULL,
	address VARCHAR NOT NULL,
	kinds VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	opened VARCHAR(24) NOT NULL,
	generation INTEGER NOT NULL,
	rotated VARCHAR(24),
	cursor INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	due VARCHAR(24) NOT NULL,
	troubled VARCHAR(24),
	PRIMARY KEY (tenant, id)
);
CREATE INDEX webhooks_due ON webhooks (state, due);
CREATE TABLE approvals (
	tenant VARCHAR(64) NOT NULL,
	request VARCHAR(64) NOT NULL,
	approver VARCHAR(64) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	statement BYTEA NOT NULL,
	assertion BYTEA NOT NULL,
	given VARCHAR(24) NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (tenant, request, approver),
	FOREIGN KEY(tenant, request) REFERENCES requests (tenant, id)
);
