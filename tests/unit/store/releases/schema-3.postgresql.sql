-- Written by the receiver of commit 539d3cb through tests/unit/store/releases/make.py; never edited.
-- What it holds is made up: people, addresses, tokens.
CREATE TABLE scim_attr_value (
    resource bigint NOT NULL,
    path bigint NOT NULL,
    element integer NOT NULL,
    value text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE scim_change (
    seq bigint NOT NULL,
    "time" bigint NOT NULL,
    source integer NOT NULL,
    type smallint NOT NULL,
    resource character varying(36) NOT NULL,
    kind character varying(10) NOT NULL,
    version integer NOT NULL,
    paths text NOT NULL,
    request_id character varying(64) NOT NULL
);
CREATE SEQUENCE scim_change_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE scim_change_seq_seq OWNED BY scim_change.seq;
CREATE TABLE scim_counter (
    source integer NOT NULL,
    type smallint NOT NULL,
    live bigint NOT NULL,
    generation bigint NOT NULL
);
CREATE TABLE scim_former_membership (
    member_pk bigint NOT NULL,
    group_pk bigint NOT NULL,
    added bigint NOT NULL,
    ended bigint NOT NULL
);
CREATE TABLE scim_journal (
    seq bigint NOT NULL,
    "time" bigint NOT NULL,
    source character varying(100),
    operation character varying(20) NOT NULL,
    target_type character varying(50),
    target_id character varying(36),
    status smallint NOT NULL,
    scim_type character varying(30),
    detail text,
    dropped text,
    changed text,
    duration bigint NOT NULL,
    request_id character varying(64) NOT NULL
);
CREATE SEQUENCE scim_journal_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE scim_journal_seq_seq OWNED BY scim_journal.seq;
CREATE TABLE scim_membership (
    group_pk bigint NOT NULL,
    member_pk bigint NOT NULL,
    added bigint NOT NULL
);
CREATE TABLE scim_resource (
    pk bigint NOT NULL,
    id character varying(36) NOT NULL,
    type smallint NOT NULL,
    source integer NOT NULL,
    scope integer NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    mail_key text COLLATE pg_catalog."C",
    external_id text COLLATE pg_catalog."C",
    display text,
    active boolean NOT NULL,
    version integer NOT NULL,
    created bigint NOT NULL,
    modified bigint NOT NULL,
    deleted bigint,
    document text NOT NULL
);
CREATE SEQUENCE scim_resource_pk_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE scim_resource_pk_seq OWNED BY scim_resource.pk;
CREATE TABLE scim_schema (
    version integer NOT NULL
);
CREATE SEQUENCE scim_schema_version_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE scim_schema_version_seq OWNED BY scim_schema.version;
CREATE TABLE scim_source (
    id integer NOT NULL,
    name character varying(100) NOT NULL,
    dialect character varying(50) NOT NULL,
    strictness character varying(20) NOT NULL,
    issuer character varying(500),
    audience character varying(500),
    jwks_url character varying(500),
    azp text DEFAULT '[]'::text NOT NULL,
    enabled boolean NOT NULL,
    created bigint NOT NULL
);
CREATE SEQUENCE scim_source_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE scim_source_id_seq OWNED BY scim_source.id;
CREATE TABLE scim_token (
    id character varying(16) NOT NULL,
    source integer NOT NULL,
    digest character varying(64) NOT NULL,
    created bigint NOT NULL,
    expires bigint,
    revoked bigint,
    last_used bigint
);
ALTER TABLE ONLY scim_change ALTER COLUMN seq SET DEFAULT nextval('scim_change_seq_seq'::regclass);
ALTER TABLE ONLY scim_journal ALTER COLUMN seq SET DEFAULT nextval('scim_journal_seq_seq'::regclass);
ALTER TABLE ONLY scim_resource ALTER COLUMN pk SET DEFAULT nextval('scim_resource_pk_seq'::regclass);
ALTER TABLE ONLY scim_schema ALTER COLUMN version SET DEFAULT nextval('scim_schema_version_seq'::regclass);
ALTER TABLE ONLY scim_source ALTER COLUMN id SET DEFAULT nextval('scim_source_id_seq'::regclass);
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 0, 'work');
INSERT INTO scim_attr_value VALUES (1, 8206101619735065411, 0, '+33 6 00');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 1, 'home');
INSERT INTO scim_attr_value VALUES (1, 8470494084526579508, 0, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 2, 'other');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 0, 'ann@work.example.org');
INSERT INTO scim_attr_value VALUES (1, 4723693397004368777, 0, 'éluard');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 2, 'ann@other.example.org');
INSERT INTO scim_attr_value VALUES (1, 7851128856321701423, 0, 'mobile');
INSERT INTO scim_attr_value VALUES (1, 7678140921072342861, 0, 'true');
INSERT INTO scim_attr_value VALUES (1, 7851128856321701423, 1, 'work');
INSERT INTO scim_attr_value VALUES (1, 3128182767616796453, 0, 'ann éluard');
INSERT INTO scim_attr_value VALUES (1, 8593070656858857909, 0, 'true');
INSERT INTO scim_attr_value VALUES (1, 8470494084526579508, 1, 'urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User');
INSERT INTO scim_attr_value VALUES (1, 4977649664411123047, 0, '13002526500013');
INSERT INTO scim_attr_value VALUES (1, 4343580233827303995, 0, 'ann');
INSERT INTO scim_attr_value VALUES (1, 3284001957107361101, 0, '007');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 1, 'ann@home.example.org');
INSERT INTO scim_attr_value VALUES (1, 8206101619735065411, 1, '+33 1 00');
INSERT INTO scim_attr_value VALUES (1, 8855060066729045416, 0, 'dsi');
INSERT INTO scim_attr_value VALUES (2, 1889633651789621609, 1, 'work');
INSERT INTO scim_attr_value VALUES (2, 4184188331826430811, 0, 'bob@home.example.org');
INSERT INTO scim_attr_value VALUES (2, 4184188331826430811, 1, 'b@w.example.org');
INSERT INTO scim_attr_value VALUES (4, 8851707952236321627, 0, 'agent');
INSERT INTO scim_attr_value VALUES (4, 3128182767616796453, 0, 'dave');
INSERT INTO scim_attr_value VALUES (5, 3128182767616796453, 0, 'erin');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 1, 'editor');
INSERT INTO scim_attr_value VALUES (1, 3751297057382881233, 0, 'true');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 2, 'reader');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 0, 'chief');
INSERT INTO scim_attr_value VALUES (10, 1889633651789621609, 0, 'work');
INSERT INTO scim_attr_value VALUES (10, 8851707952236321627, 0, 'agent');
INSERT INTO scim_attr_value VALUES (10, 4184188331826430811, 0, 'zoe@example.org');
INSERT INTO scim_change VALUES (1, 1795678355682443, 1, 1, 'f2c2dccb-7e32-4d4a-9374-b5934d697933', 'create', 1, '["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]', '9acff426742d451d92d1bc2defea69e7');
INSERT INTO scim_change VALUES (2, 1795678355711067, 1, 1, '4d0d202e-d671-4005-87a7-a480713c1b59', 'create', 1, '["userName", "externalId", "emails", "active"]', 'b251168ae5b54d6a97fcba0106e50ffa');
INSERT INTO scim_change VALUES (3, 1795678355719510, 1, 1, '7e6a1ba8-ccaa-4ecb-914c-c4981791368e', 'create', 1, '["userName", "externalId", "displayName", "emails", "active"]', '57cc1b7b25f1437586a9dc7136828ef6');
INSERT INTO scim_change VALUES (4, 1795678355727194, 1, 1, '409e041e-cff4-4c68-adcb-6fe305f3530a', 'create', 1, '["userName", "externalId", "displayName", "title", "active"]', 'd95b194611474711a1ba9e667b47d898');
INSERT INTO scim_change VALUES (5, 1795678355734378, 1, 1, '4285f0c5-8f47-462b-b55b-2553f5d56a44', 'create', 1, '["userName", "displayName", "active"]', '8302ad9067e54122a5cf1620cfe66b0d');
INSERT INTO scim_change VALUES (6, 1795678355745454, 1, 2, '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 'create', 1, '["displayName", "externalId", "members"]', '1148a23a99ee495eb0305dec387a2bd5');
INSERT INTO scim_change VALUES (7, 1795678355764758, 1, 2, '871c9a2c-404d-4554-96b6-4ad77516062f', 'create', 1, '["displayName", "members"]', 'd6b0ff6d7e3c452ab895a2b330965701');
INSERT INTO scim_change VALUES (8, 1795678355774078, 1, 2, 'd72bbdf7-46e2-4fdb-9f1a-3045ad42aeaf', 'create', 1, '["displayName"]', 'bcff4ee0380e45a995674d16a252133c');
INSERT INTO scim_change VALUES (9, 1795678355781079, 1, 2, '113ebb76-ca4a-4907-9032-b5c897ef5ecf', 'create', 1, '["displayName", "members"]', '1c38c65619224fe4ad71923a1deccc28');
INSERT INTO scim_change VALUES (10, 1795678355790653, 1, 1, '4d0d202e-d671-4005-87a7-a480713c1b59', 'patch', 2, '["active"]', '5154ac03008740b887e004e294a662d2');
INSERT INTO scim_change VALUES (11, 1795678355804614, 1, 2, '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 'patch', 2, '["members"]', '96450c01d84b4818a3da1039ead60781');
INSERT INTO scim_change VALUES (12, 1795678355823590, 1, 2, '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 'patch', 3, '["members"]', '6c3471ae2c9a4245bb1e2e08e7ca6e66');
INSERT INTO scim_change VALUES (13, 1795678355833429, 1, 2, '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 'patch', 4, '["displayName"]', '98f6e3b951ab41f3a2a7d3885c30d13d');
INSERT INTO scim_change VALUES (14, 1795678355840850, 1, 1, 'f2c2dccb-7e32-4d4a-9374-b5934d697933', 'patch', 2, '["roles"]', '1f2efd6cbbb74bbd89d5b25c6d4dd8a1');
INSERT INTO scim_change VALUES (15, 1795678355853183, 1, 2, '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 'patch', 5, '["members"]', '8dfdb9bbd5bb4de58b3dfaf78f930a88');
INSERT INTO scim_change VALUES (16, 1795678355853183, 1, 2, '871c9a2c-404d-4554-96b6-4ad77516062f', 'patch', 2, '["members"]', '8dfdb9bbd5bb4de58b3dfaf78f930a88');
INSERT INTO scim_change VALUES (17, 1795678355853183, 1, 1, '7e6a1ba8-ccaa-4ecb-914c-c4981791368e', 'delete', 2, '[]', '8dfdb9bbd5bb4de58b3dfaf78f930a88');
INSERT INTO scim_change VALUES (18, 1795678355868796, 1, 2, '113ebb76-ca4a-4907-9032-b5c897ef5ecf', 'delete', 2, '[]', '3dd0be98742642b4b6f1ef371e43d4ce');
INSERT INTO scim_change VALUES (19, 1795678355952209, 2, 1, 'f92356bf-befd-4b49-9c90-1c0f38d9abf1', 'create', 1, '["userName", "externalId", "emails", "title", "active"]', '839a6b3fbb714ba182924e2eadd6c2dd');
INSERT INTO scim_change VALUES (20, 1795678355960643, 2, 1, 'cc671c65-f9fd-4e4f-a141-5ec867433e98', 'create', 1, '["userName", "active"]', '5f6aff3681db4accae6324c1bdaa2f15');
INSERT INTO scim_change VALUES (21, 1795678355967342, 2, 2, '9e5192d5-c032-41c8-a157-470d5e45dfcf', 'create', 1, '["displayName", "members"]', '0705bc379d144c7c8b171fae7a6445db');
INSERT INTO scim_change VALUES (22, 1795678355977133, 2, 2, '9e5192d5-c032-41c8-a157-470d5e45dfcf', 'patch', 2, '["members"]', 'e4eae73d634c4234ae106283fab68f17');
INSERT INTO scim_change VALUES (23, 1795678355977133, 2, 1, 'cc671c65-f9fd-4e4f-a141-5ec867433e98', 'delete', 2, '[]', 'e4eae73d634c4234ae106283fab68f17');
INSERT INTO scim_counter VALUES (1, 1, 4, 6);
INSERT INTO scim_counter VALUES (1, 2, 3, 5);
INSERT INTO scim_counter VALUES (2, 2, 1, 1);
INSERT INTO scim_counter VALUES (2, 1, 1, 3);
INSERT INTO scim_former_membership VALUES (4, 6, 1795678355745454, 1795678355804614);
INSERT INTO scim_former_membership VALUES (3, 6, 1795678355745454, 1795678355853183);
INSERT INTO scim_former_membership VALUES (3, 7, 1795678355764758, 1795678355853183);
INSERT INTO scim_former_membership VALUES (1, 9, 1795678355781079, 1795678355868796);
INSERT INTO scim_former_membership VALUES (5, 9, 1795678355781079, 1795678355868796);
INSERT INTO scim_former_membership VALUES (11, 12, 1795678355967342, 1795678355977133);
INSERT INTO scim_journal VALUES (1, 1795678355669853, 'staff', 'create', 'User', 'f2c2dccb-7e32-4d4a-9374-b5934d697933', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]', 34573, '9acff426742d451d92d1bc2defea69e7');
INSERT INTO scim_journal VALUES (2, 1795678355709654, 'staff', 'create', 'User', '4d0d202e-d671-4005-87a7-a480713c1b59', 201, NULL, NULL, NULL, '["userName", "externalId", "emails", "active"]', 5491, 'b251168ae5b54d6a97fcba0106e50ffa');
INSERT INTO scim_journal VALUES (3, 1795678355718257, 'staff', 'create', 'User', '7e6a1ba8-ccaa-4ecb-914c-c4981791368e', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "emails", "active"]', 5098, '57cc1b7b25f1437586a9dc7136828ef6');
INSERT INTO scim_journal VALUES (4, 1795678355726073, 'staff', 'create', 'User', '409e041e-cff4-4c68-adcb-6fe305f3530a', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "title", "active"]', 4509, 'd95b194611474711a1ba9e667b47d898');
INSERT INTO scim_journal VALUES (5, 1795678355733413, 'staff', 'create', 'User', '4285f0c5-8f47-462b-b55b-2553f5d56a44', 201, NULL, NULL, NULL, '["userName", "displayName", "active"]', 5128, '8302ad9067e54122a5cf1620cfe66b0d');
INSERT INTO scim_journal VALUES (6, 1795678355742574, 'staff', 'create', 'Group', '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 201, NULL, NULL, NULL, '["displayName", "externalId", "members"]', 17359, '1148a23a99ee495eb0305dec387a2bd5');
INSERT INTO scim_journal VALUES (7, 1795678355763439, 'staff', 'create', 'Group', '871c9a2c-404d-4554-96b6-4ad77516062f', 201, NULL, NULL, NULL, '["displayName", "members"]', 6255, 'd6b0ff6d7e3c452ab895a2b330965701');
INSERT INTO scim_journal VALUES (8, 1795678355773084, 'staff', 'create', 'Group', 'd72bbdf7-46e2-4fdb-9f1a-3045ad42aeaf', 201, NULL, NULL, NULL, '["displayName"]', 3574, 'bcff4ee0380e45a995674d16a252133c');
INSERT INTO scim_journal VALUES (9, 1795678355779728, 'staff', 'create', 'Group', '113ebb76-ca4a-4907-9032-b5c897ef5ecf', 201, NULL, NULL, NULL, '["displayName", "members"]', 6439, '1c38c65619224fe4ad71923a1deccc28');
INSERT INTO scim_journal VALUES (10, 1795678355789429, 'staff', 'patch', 'User', '4d0d202e-d671-4005-87a7-a480713c1b59', 200, NULL, NULL, NULL, '["active"]', 5394, '5154ac03008740b887e004e294a662d2');
INSERT INTO scim_journal VALUES (11, 1795678355799482, 'staff', 'patch', 'Group', '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 200, NULL, NULL, NULL, '["members"]', 19420, '96450c01d84b4818a3da1039ead60781');
INSERT INTO scim_journal VALUES (12, 1795678355822333, 'staff', 'patch', 'Group', '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 200, NULL, NULL, NULL, '["members"]', 6570, '6c3471ae2c9a4245bb1e2e08e7ca6e66');
INSERT INTO scim_journal VALUES (13, 1795678355832351, 'staff', 'patch', 'Group', '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 200, NULL, NULL, NULL, '["displayName"]', 4315, '98f6e3b951ab41f3a2a7d3885c30d13d');
INSERT INTO scim_journal VALUES (14, 1795678355839511, 'staff', 'patch', 'User', 'f2c2dccb-7e32-4d4a-9374-b5934d697933', 200, NULL, NULL, NULL, '["roles"]', 5528, '1f2efd6cbbb74bbd89d5b25c6d4dd8a1');
INSERT INTO scim_journal VALUES (15, 1795678355849797, 'staff', 'delete', 'User', '7e6a1ba8-ccaa-4ecb-914c-c4981791368e', 204, NULL, NULL, NULL, NULL, 14708, '8dfdb9bbd5bb4de58b3dfaf78f930a88');
INSERT INTO scim_journal VALUES (16, 1795678355867737, 'staff', 'delete', 'Group', '113ebb76-ca4a-4907-9032-b5c897ef5ecf', 204, NULL, NULL, NULL, NULL, 5193, '3dd0be98742642b4b6f1ef371e43d4ce');
INSERT INTO scim_journal VALUES (17, 1795678355876940, 'staff', 'create', 'User', NULL, 409, 'uniqueness', 'another User has this userName', NULL, NULL, 2937, '119b1fb566934f2e9f48b8ea3a7ff5f5');
INSERT INTO scim_journal VALUES (18, 1795678355906665, 'staff', 'patch', 'User', '409e041e-cff4-4c68-adcb-6fe305f3530a', 400, 'invalidPath', 'operation 1 (replace): the path is malformed', NULL, NULL, 3088, 'a156d5a08d1f4207b922f791b729bb4b');
INSERT INTO scim_journal VALUES (19, 1795678355948061, 'partners', 'create', 'User', 'f92356bf-befd-4b49-9c90-1c0f38d9abf1', 201, NULL, NULL, NULL, '["userName", "externalId", "emails", "title", "active"]', 8515, '839a6b3fbb714ba182924e2eadd6c2dd');
INSERT INTO scim_journal VALUES (20, 1795678355959600, 'partners', 'create', 'User', 'cc671c65-f9fd-4e4f-a141-5ec867433e98', 201, NULL, NULL, NULL, '["userName", "active"]', 3853, '5f6aff3681db4accae6324c1bdaa2f15');
INSERT INTO scim_journal VALUES (21, 1795678355966215, 'partners', 'create', 'Group', '9e5192d5-c032-41c8-a157-470d5e45dfcf', 201, NULL, NULL, NULL, '["displayName", "members"]', 7325, '0705bc379d144c7c8b171fae7a6445db');
INSERT INTO scim_journal VALUES (22, 1795678355976430, 'partners', 'delete', 'User', 'cc671c65-f9fd-4e4f-a141-5ec867433e98', 204, NULL, NULL, NULL, NULL, 7391, 'e4eae73d634c4234ae106283fab68f17');
INSERT INTO scim_journal VALUES (23, 1795678355913351, 'staff', 'search', 'User', NULL, 200, NULL, NULL, NULL, NULL, 5005, '3a0193fa5bc54c9b9541b524575bce1d');
INSERT INTO scim_journal VALUES (24, 1795678355919567, 'staff', 'get', 'User', '7e6a1ba8-ccaa-4ecb-914c-c4981791368e', 404, NULL, 'no User has this id', NULL, NULL, 3456, '99e210ee143d494f9ba3a2c483a59a9a');
INSERT INTO scim_membership VALUES (6, 1, 1795678355745454);
INSERT INTO scim_membership VALUES (6, 2, 1795678355745454);
INSERT INTO scim_membership VALUES (7, 1, 1795678355764758);
INSERT INTO scim_membership VALUES (6, 5, 1795678355823590);
INSERT INTO scim_membership VALUES (12, 10, 1795678355967342);
INSERT INTO scim_resource VALUES (4, '409e041e-cff4-4c68-adcb-6fe305f3530a', 1, 1, 0, 'dave', NULL, 'e-dave', 'Dave', true, 1, 1795678355727194, 1795678355727194, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dave","externalId":"e-dave","displayName":"Dave","title":"agent","active":true}');
INSERT INTO scim_resource VALUES (5, '4285f0c5-8f47-462b-b55b-2553f5d56a44', 1, 1, 0, 'erin', NULL, NULL, 'Erin', true, 1, 1795678355734378, 1795678355734378, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"erin","displayName":"Erin","active":true}');
INSERT INTO scim_resource VALUES (8, 'd72bbdf7-46e2-4fdb-9f1a-3045ad42aeaf', 2, 1, 1, 'personne', NULL, NULL, 'Personne', true, 1, 1795678355774078, 1795678355774078, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Personne"}');
INSERT INTO scim_resource VALUES (2, '4d0d202e-d671-4005-87a7-a480713c1b59', 1, 1, 0, 'bob', 'b@w.example.org', 'e-bob', 'bob', false, 2, 1795678355711067, 1795678355790653, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","externalId":"e-bob","emails":[{"value":"bob@home.example.org"},{"value":"b@w.example.org","type":"work"}],"active":false}');
INSERT INTO scim_resource VALUES (1, 'f2c2dccb-7e32-4d4a-9374-b5934d697933', 1, 1, 0, 'ann.éluard', 'ann@work.example.org', 'e-ann', 'Ann Éluard', true, 2, 1795678355682443, 1795678355840850, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"],"userName":"Ann.Éluard","externalId":"e-ann","displayName":"Ann Éluard","name":{"givenName":"Ann","familyName":"Éluard"},"emails":[{"value":"ann@home.example.org","type":"home"},{"value":"ann@other.example.org","type":"other"},{"value":"Ann@Work.example.org","type":"work","primary":true}],"phoneNumbers":[{"value":"+33 1 00","type":"work"},{"value":"+33 6 00","type":"mobile","primary":true}],"roles":[{"value":"editor"},{"value":"reader"},{"value":"chief","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"DSI","employeeNumber":"007"},"urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User":{"siret":"13002526500013"},"active":true}');
INSERT INTO scim_resource VALUES (7, '871c9a2c-404d-4554-96b6-4ad77516062f', 2, 1, 1, 'agents', NULL, NULL, 'Agents', true, 2, 1795678355764758, 1795678355853183, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Agents"}');
INSERT INTO scim_resource VALUES (6, '9abd7e60-9009-42f9-8e91-c9ab6a5962aa', 2, 1, 1, 'élus du conseil', NULL, 'g-elus', 'Élus du conseil', true, 5, 1795678355745454, 1795678355853183, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus du conseil","externalId":"g-elus"}');
INSERT INTO scim_resource VALUES (3, '7e6a1ba8-ccaa-4ecb-914c-c4981791368e', 1, 1, 0, 'carol', 'carol@example.org', 'e-carol', 'Carol', true, 2, 1795678355719510, 1795678355853183, 1795678355853183, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"carol","externalId":"e-carol","displayName":"Carol","emails":[{"value":"carol@example.org"}],"active":true}');
INSERT INTO scim_resource VALUES (9, '113ebb76-ca4a-4907-9032-b5c897ef5ecf', 2, 1, 1, 'anciens', NULL, NULL, 'Anciens', true, 2, 1795678355781079, 1795678355868796, 1795678355868796, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Anciens"}');
INSERT INTO scim_resource VALUES (10, 'f92356bf-befd-4b49-9c90-1c0f38d9abf1', 1, 2, 0, 'zoe', 'zoe@example.org', 'e-ann', 'zoe', true, 1, 1795678355952209, 1795678355952209, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoe","externalId":"e-ann","emails":[{"value":"zoe@example.org","type":"work"}],"title":"agent","active":true}');
INSERT INTO scim_resource VALUES (12, '9e5192d5-c032-41c8-a157-470d5e45dfcf', 2, 2, 2, 'élus', NULL, NULL, 'Élus', true, 2, 1795678355967342, 1795678355977133, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus"}');
INSERT INTO scim_resource VALUES (11, 'cc671c65-f9fd-4e4f-a141-5ec867433e98', 1, 2, 0, 'yan', NULL, NULL, 'yan', true, 2, 1795678355960643, 1795678355977133, 1795678355977133, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yan","active":true}');
INSERT INTO scim_schema VALUES (3);
INSERT INTO scim_source VALUES (1, 'staff', 'keycloak', 'tolerant', 'https://sso.example.org/realms/staff', 'https://scim.example.org/scim/v2', NULL, '["web", "batch"]', true, 1795678346369043);
INSERT INTO scim_source VALUES (2, 'partners', 'okta', 'rfc', NULL, NULL, NULL, '[]', true, 1795678347790920);
INSERT INTO scim_source VALUES (3, 'former', 'generic', 'tolerant', NULL, NULL, NULL, '[]', false, 1795678349435714);
INSERT INTO scim_token VALUES ('7d775322', 3, '413fd356b643f47f2d3217bf31fd54f49ae32644b2640d38cd368abdff529af5', 1795678353991986, 1803454353871390, NULL, NULL);
INSERT INTO scim_token VALUES ('04b3012d', 1, '3f4630f3ae0e751a19f57775db7513ad71f4a5aefa78c6e15ea5f7b9d9e9e651', 1795678351127151, NULL, NULL, 1795678355678389);
INSERT INTO scim_token VALUES ('549f0080', 2, 'a2b2057f212c0b4e9181b7e7311a8ad4a5bc3ab7d8d0a2cb683631d96b4b5915', 1795678352595791, NULL, NULL, 1795678355951035);
SELECT pg_catalog.setval('scim_change_seq_seq', 23, true);
SELECT pg_catalog.setval('scim_journal_seq_seq', 24, true);
SELECT pg_catalog.setval('scim_resource_pk_seq', 12, true);
SELECT pg_catalog.setval('scim_schema_version_seq', 1, false);
SELECT pg_catalog.setval('scim_source_id_seq', 3, true);
ALTER TABLE ONLY scim_attr_value
    ADD CONSTRAINT scim_attr_value_pkey PRIMARY KEY (resource, path, element);
ALTER TABLE ONLY scim_change
    ADD CONSTRAINT scim_change_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY scim_counter
    ADD CONSTRAINT scim_counter_pkey PRIMARY KEY (source, type);
ALTER TABLE ONLY scim_former_membership
    ADD CONSTRAINT scim_former_membership_pkey PRIMARY KEY (member_pk, group_pk);
ALTER TABLE ONLY scim_journal
    ADD CONSTRAINT scim_journal_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY scim_membership
    ADD CONSTRAINT scim_membership_pkey PRIMARY KEY (group_pk, member_pk);
ALTER TABLE ONLY scim_resource
    ADD CONSTRAINT scim_resource_id_key UNIQUE (id);
ALTER TABLE ONLY scim_resource
    ADD CONSTRAINT scim_resource_pkey PRIMARY KEY (pk);
ALTER TABLE ONLY scim_schema
    ADD CONSTRAINT scim_schema_pkey PRIMARY KEY (version);
ALTER TABLE ONLY scim_source
    ADD CONSTRAINT scim_source_issuer_key UNIQUE (issuer);
ALTER TABLE ONLY scim_source
    ADD CONSTRAINT scim_source_name_key UNIQUE (name);
ALTER TABLE ONLY scim_source
    ADD CONSTRAINT scim_source_pkey PRIMARY KEY (id);
ALTER TABLE ONLY scim_token
    ADD CONSTRAINT scim_token_digest_key UNIQUE (digest);
ALTER TABLE ONLY scim_token
    ADD CONSTRAINT scim_token_pkey PRIMARY KEY (id);
CREATE INDEX ix_scim_journal_request_id ON scim_journal USING btree (request_id);
CREATE INDEX ix_scim_journal_target_id ON scim_journal USING btree (target_id);
CREATE INDEX ix_scim_journal_time ON scim_journal USING btree ("time");
CREATE INDEX ix_scim_token_source ON scim_token USING btree (source);
CREATE INDEX scim_attr_value_value ON scim_attr_value USING btree (path, substr(value, 1, 200), resource);
CREATE UNIQUE INDEX scim_change_version ON scim_change USING btree (resource, version);
CREATE INDEX scim_former_membership_group ON scim_former_membership USING btree (group_pk, ended);
CREATE INDEX scim_membership_member ON scim_membership USING btree (member_pk, group_pk);
CREATE UNIQUE INDEX scim_resource_external_id ON scim_resource USING btree (source, type, external_id) WHERE (deleted IS NULL);
CREATE UNIQUE INDEX scim_resource_key ON scim_resource USING btree (type, scope, key) WHERE (deleted IS NULL);
CREATE UNIQUE INDEX scim_resource_mail ON scim_resource USING btree (type, mail_key) WHERE (deleted IS NULL);
CREATE INDEX scim_resource_page ON scim_resource USING btree (source, type, pk) WHERE (deleted IS NULL);
ALTER TABLE ONLY scim_attr_value
    ADD CONSTRAINT scim_attr_value_resource_fkey FOREIGN KEY (resource) REFERENCES scim_resource(pk);
ALTER TABLE ONLY scim_counter
    ADD CONSTRAINT scim_counter_source_fkey FOREIGN KEY (source) REFERENCES scim_source(id);
ALTER TABLE ONLY scim_membership
    ADD CONSTRAINT scim_membership_group_pk_fkey FOREIGN KEY (group_pk) REFERENCES scim_resource(pk);
ALTER TABLE ONLY scim_membership
    ADD CONSTRAINT scim_membership_member_pk_fkey FOREIGN KEY (member_pk) REFERENCES scim_resource(pk);
ALTER TABLE ONLY scim_resource
    ADD CONSTRAINT scim_resource_source_fkey FOREIGN KEY (source) REFERENCES scim_source(id);
ALTER TABLE ONLY scim_token
    ADD CONSTRAINT scim_token_source_fkey FOREIGN KEY (source) REFERENCES scim_source(id);
