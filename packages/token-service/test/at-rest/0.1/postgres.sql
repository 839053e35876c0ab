SELECT pg_advisory_xact_lock(hashtext('nexconn'));
CREATE TABLE IF NOT EXISTS nexconn_tokens (
  user_id text COLLATE "C" PRIMARY KEY, name text NOT NULL, avatar_url text NOT NULL, access_token text NOT NULL,
  secret_id text NOT NULL, issued_at bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS nexconn_tokens_by_secret ON nexconn_tokens (secret_id, user_id);
CREATE TABLE IF NOT EXISTS nexconn_facts (name text PRIMARY KEY, value text NOT NULL);
CREATE UNLOGGED TABLE IF NOT EXISTS nexconn_claims (
  user_id text COLLATE "C" PRIMARY KEY, proof text NOT NULL, ends_at timestamptz NOT NULL
);
INSERT INTO nexconn_tokens VALUES ('ada1', 'Ada', '', 'plain+token/of=ada@nav.example;1', 'e482c17ae21da0c0', 1790000000000);
INSERT INTO nexconn_tokens VALUES ('bob2', 'Bob 😀', 'https://example.com/bob.png', 'plain+token/of=bob@nav.example;1', '844833212125266c', 1790000000001);
INSERT INTO nexconn_tokens VALUES ('eve3', 'Eve', '', '173c5712.JCV4IjH/FZ9UhenRk69k/DMCqaw0a/GqKeH4CanN9EV2iISCnB1kdO/UdAl4peEc+Y1AofXEOBqRsJpLTQ==', 'e482c17ae21da0c0', 1790000000002);
INSERT INTO nexconn_tokens VALUES ('fay4', 'Fay', '', '173c5712.TrAx9vsC9pb81OnTnHbayThZSWJHkKD8okeOhZIEWYmuIKP/EKmLaPakcUsXEnXaWTB5U57zHmhSOiGvMA==', '844833212125266c', 1790000000003);
INSERT INTO nexconn_facts VALUES ('switched_to', 'e482c17ae21da0c0');
