-- Written by the receiver of commit 2762445 through tests/unit/store/releases/make.py; never edited.
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
    type character varying(50) NOT NULL,
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
    type character varying(50) NOT NULL,
    live bigint NOT NULL,
    generation bigint NOT NULL
);
CREATE TABLE scim_former_member (
    member_pk bigint NOT NULL
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
    type character varying(50) NOT NULL,
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
INSERT INTO scim_attr_value VALUES (1, 8470494084526579508, 0, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User');
INSERT INTO scim_attr_value VALUES (1, 8593070656858857909, 1, 'true');
INSERT INTO scim_attr_value VALUES (1, 8470494084526579508, 1, 'urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User');
INSERT INTO scim_attr_value VALUES (1, 3284001957107361101, 0, '007');
INSERT INTO scim_attr_value VALUES (1, 8206101619735065411, 0, '+33 1 00');
INSERT INTO scim_attr_value VALUES (1, 4977649664411123047, 0, '13002526500013');
INSERT INTO scim_attr_value VALUES (1, 8855060066729045416, 0, 'dsi');
INSERT INTO scim_attr_value VALUES (1, 7678140921072342861, 2, 'true');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 0, 'editor');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 1, 'other');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 1, 'reader');
INSERT INTO scim_attr_value VALUES (1, 7851128856321701423, 1, 'mobile');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 2, 'ann@work.example.org');
INSERT INTO scim_attr_value VALUES (1, 8206101619735065411, 1, '+33 6 00');
INSERT INTO scim_attr_value VALUES (1, 7851128856321701423, 0, 'work');
INSERT INTO scim_attr_value VALUES (1, 4723693397004368777, 0, 'éluard');
INSERT INTO scim_attr_value VALUES (1, 3128182767616796453, 0, 'ann éluard');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 1, 'ann@other.example.org');
INSERT INTO scim_attr_value VALUES (1, 4343580233827303995, 0, 'ann');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 0, 'home');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 2, 'work');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 0, 'ann@home.example.org');
INSERT INTO scim_attr_value VALUES (2, 4184188331826430811, 1, 'b@w.example.org');
INSERT INTO scim_attr_value VALUES (2, 4184188331826430811, 0, 'bob@home.example.org');
INSERT INTO scim_attr_value VALUES (2, 1889633651789621609, 1, 'work');
INSERT INTO scim_attr_value VALUES (4, 3128182767616796453, 0, 'dave');
INSERT INTO scim_attr_value VALUES (4, 8851707952236321627, 0, 'agent');
INSERT INTO scim_attr_value VALUES (5, 3128182767616796453, 0, 'erin');
INSERT INTO scim_attr_value VALUES (1, 3751297057382881233, 2, 'true');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 2, 'chief');
INSERT INTO scim_attr_value VALUES (10, 1889633651789621609, 0, 'work');
INSERT INTO scim_attr_value VALUES (10, 4184188331826430811, 0, 'zoe@example.org');
INSERT INTO scim_attr_value VALUES (10, 8851707952236321627, 0, 'agent');
INSERT INTO scim_change VALUES (1, 1795659389620640, 1, 'User', 'cc53775f-2cea-4209-8a46-cea35b35af78', 'create', 1, '["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]', 'b3b3518b59dc4f0fbfcf2a8531be821b');
INSERT INTO scim_change VALUES (2, 1795659389789947, 1, 'User', '3e90e6ad-bfdf-44d4-a1b9-6a0368c78621', 'create', 1, '["userName", "externalId", "emails", "active"]', '0c70887ebf9246dba90d52511ce08250');
INSERT INTO scim_change VALUES (3, 1795659389845635, 1, 'User', 'b0399b3e-7343-45dd-b99d-677c8ca406d6', 'create', 1, '["userName", "externalId", "displayName", "emails", "active"]', '9f440a834d9e4824bb92a194f5144acf');
INSERT INTO scim_change VALUES (4, 1795659389891969, 1, 'User', 'c626f9c9-4e02-4fa6-91c6-ed3d18fcc7ca', 'create', 1, '["userName", "externalId", "displayName", "title", "active"]', '7fddf7b0fce64d33935f1a10a38daf1c');
INSERT INTO scim_change VALUES (5, 1795659389930416, 1, 'User', '8d586eab-7d05-4144-90a9-3346b79954e9', 'create', 1, '["userName", "displayName", "active"]', '54c0fe54c005400cb52dfe944e398ebf');
INSERT INTO scim_change VALUES (6, 1795659390023868, 1, 'Group', '5a163438-e4c4-4cd3-8046-4841e30d2d1c', 'create', 1, '["displayName", "externalId"]', 'ba8b69b1feb141959ecebe4daa8495c6');
INSERT INTO scim_change VALUES (7, 1795659390169210, 1, 'Group', '164ad58b-8003-4cec-b83c-325cf0c8f048', 'create', 1, '["displayName"]', 'a9e1c238630f403c945f93d1f21f56e7');
INSERT INTO scim_change VALUES (8, 1795659390273281, 1, 'Group', '59111124-83c7-42e1-a89a-01f44a3a55c9', 'create', 1, '["displayName"]', 'b3d16b878c454eb8ac7d77a34401abfc');
INSERT INTO scim_change VALUES (9, 1795659390328497, 1, 'Group', '8818a633-e830-4ebe-a03f-5ee89b27b5f4', 'create', 1, '["displayName"]', '5dea052929af4039a6b07dd3a2bdae79');
INSERT INTO scim_change VALUES (10, 1795659390413338, 1, 'User', '3e90e6ad-bfdf-44d4-a1b9-6a0368c78621', 'patch', 2, '["active"]', 'aa9cb91c6a314714bc94b5b5b6782597');
INSERT INTO scim_change VALUES (11, 1795659390478848, 1, 'Group', '5a163438-e4c4-4cd3-8046-4841e30d2d1c', 'patch', 2, '["members"]', 'e3e87d813f574e3bb6cbd49d5b3c3b70');
INSERT INTO scim_change VALUES (12, 1795659390625118, 1, 'Group', '5a163438-e4c4-4cd3-8046-4841e30d2d1c', 'patch', 3, '["members"]', 'e1947c2e0b75450dbceb8eeeb59fed39');
INSERT INTO scim_change VALUES (13, 1795659390692462, 1, 'Group', '5a163438-e4c4-4cd3-8046-4841e30d2d1c', 'patch', 4, '["displayName"]', 'd6f66e7ca6164e1aba49261139b4c106');
INSERT INTO scim_change VALUES (14, 1795659390756348, 1, 'User', 'cc53775f-2cea-4209-8a46-cea35b35af78', 'patch', 2, '["roles"]', 'd9eaf4b8c1694f40bc1a9951a5edaf23');
INSERT INTO scim_change VALUES (15, 1795659390844487, 1, 'User', 'b0399b3e-7343-45dd-b99d-677c8ca406d6', 'delete', 1, '[]', 'fc810adc37324a6b9eede66c5e323504');
INSERT INTO scim_change VALUES (16, 1795659390984685, 1, 'Group', '8818a633-e830-4ebe-a03f-5ee89b27b5f4', 'delete', 1, '[]', 'bbd3de34c7474d68bbb8f43bf002a934');
INSERT INTO scim_change VALUES (17, 1795659391518344, 2, 'User', 'fe36c54b-1f96-49fc-a200-f4bebaaf98b7', 'create', 1, '["userName", "externalId", "emails", "title", "active"]', 'bf74074379e24227be7513453991cf72');
INSERT INTO scim_change VALUES (18, 1795659391568963, 2, 'User', '4e0a6537-555b-4bb5-802a-b7ccb9639b39', 'create', 1, '["userName", "active"]', 'f6d490752adf4527942b5990f387bb55');
INSERT INTO scim_change VALUES (19, 1795659391617290, 2, 'Group', '52c7d669-55a0-4c10-a55d-cef5e71e916d', 'create', 1, '["displayName"]', '91b31a39bc644590b7deaa74d1a6c36f');
INSERT INTO scim_change VALUES (20, 1795659391672522, 2, 'User', '4e0a6537-555b-4bb5-802a-b7ccb9639b39', 'delete', 1, '[]', '5db80ab1df7a45558df4aa8df8b54aa3');
INSERT INTO scim_counter VALUES (1, 'User', 4, 6);
INSERT INTO scim_counter VALUES (1, 'Group', 3, 5);
INSERT INTO scim_counter VALUES (2, 'Group', 1, 1);
INSERT INTO scim_counter VALUES (2, 'User', 1, 3);
INSERT INTO scim_former_member VALUES (4);
INSERT INTO scim_former_member VALUES (1);
INSERT INTO scim_former_member VALUES (5);
INSERT INTO scim_journal VALUES (1, 1795659389554642, 'staff', 'create', 'User', 'cc53775f-2cea-4209-8a46-cea35b35af78', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]', 198906, 'b3b3518b59dc4f0fbfcf2a8531be821b');
INSERT INTO scim_journal VALUES (2, 1795659389784478, 'staff', 'create', 'User', '3e90e6ad-bfdf-44d4-a1b9-6a0368c78621', 201, NULL, NULL, NULL, '["userName", "externalId", "emails", "active"]', 29516, '0c70887ebf9246dba90d52511ce08250');
INSERT INTO scim_journal VALUES (3, 1795659389834305, 'staff', 'create', 'User', 'b0399b3e-7343-45dd-b99d-677c8ca406d6', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "emails", "active"]', 26817, '9f440a834d9e4824bb92a194f5144acf');
INSERT INTO scim_journal VALUES (4, 1795659389870866, 'staff', 'create', 'User', 'c626f9c9-4e02-4fa6-91c6-ed3d18fcc7ca', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "title", "active"]', 41836, '7fddf7b0fce64d33935f1a10a38daf1c');
INSERT INTO scim_journal VALUES (5, 1795659389922917, 'staff', 'create', 'User', '8d586eab-7d05-4144-90a9-3346b79954e9', 201, NULL, NULL, NULL, '["userName", "displayName", "active"]', 43754, '54c0fe54c005400cb52dfe944e398ebf');
INSERT INTO scim_journal VALUES (6, 1795659390006561, 'staff', 'create', 'Group', '5a163438-e4c4-4cd3-8046-4841e30d2d1c', 201, NULL, NULL, NULL, '["displayName", "externalId"]', 98168, 'ba8b69b1feb141959ecebe4daa8495c6');
INSERT INTO scim_journal VALUES (7, 1795659390146396, 'staff', 'create', 'Group', '164ad58b-8003-4cec-b83c-325cf0c8f048', 201, NULL, NULL, NULL, '["displayName"]', 90380, 'a9e1c238630f403c945f93d1f21f56e7');
INSERT INTO scim_journal VALUES (8, 1795659390257865, 'staff', 'create', 'Group', '59111124-83c7-42e1-a89a-01f44a3a55c9', 201, NULL, NULL, NULL, '["displayName"]', 27490, 'b3d16b878c454eb8ac7d77a34401abfc');
INSERT INTO scim_journal VALUES (9, 1795659390310362, 'staff', 'create', 'Group', '8818a633-e830-4ebe-a03f-5ee89b27b5f4', 201, NULL, NULL, NULL, '["displayName"]', 75244, '5dea052929af4039a6b07dd3a2bdae79');
INSERT INTO scim_journal VALUES (10, 1795659390401591, 'staff', 'patch', 'User', '3e90e6ad-bfdf-44d4-a1b9-6a0368c78621', 200, NULL, NULL, NULL, '["active"]', 36667, 'aa9cb91c6a314714bc94b5b5b6782597');
INSERT INTO scim_journal VALUES (11, 1795659390469384, 'staff', 'patch', 'Group', '5a163438-e4c4-4cd3-8046-4841e30d2d1c', 200, NULL, NULL, NULL, '["members"]', 107788, 'e3e87d813f574e3bb6cbd49d5b3c3b70');
INSERT INTO scim_journal VALUES (12, 1795659390606035, 'staff', 'patch', 'Group', '5a163438-e4c4-4cd3-8046-4841e30d2d1c', 200, NULL, NULL, NULL, '["members"]', 48058, 'e1947c2e0b75450dbceb8eeeb59fed39');
INSERT INTO scim_journal VALUES (13, 1795659390676837, 'staff', 'patch', 'Group', '5a163438-e4c4-4cd3-8046-4841e30d2d1c', 200, NULL, NULL, NULL, '["displayName"]', 47862, 'd6f66e7ca6164e1aba49261139b4c106');
INSERT INTO scim_journal VALUES (14, 1795659390753594, 'staff', 'patch', 'User', 'cc53775f-2cea-4209-8a46-cea35b35af78', 200, NULL, NULL, NULL, '["roles"]', 23918, 'd9eaf4b8c1694f40bc1a9951a5edaf23');
INSERT INTO scim_journal VALUES (15, 1795659390827132, 'staff', 'delete', 'User', 'b0399b3e-7343-45dd-b99d-677c8ca406d6', 204, NULL, NULL, NULL, NULL, 120902, 'fc810adc37324a6b9eede66c5e323504');
INSERT INTO scim_journal VALUES (16, 1795659390971999, 'staff', 'delete', 'Group', '8818a633-e830-4ebe-a03f-5ee89b27b5f4', 204, NULL, NULL, NULL, NULL, 31000, 'bbd3de34c7474d68bbb8f43bf002a934');
INSERT INTO scim_journal VALUES (17, 1795659391017836, 'staff', 'create', 'User', NULL, 409, 'uniqueness', 'another User has this userName', NULL, NULL, 18928, 'cebfa2fc7388496a9338bf65c35f74c6');
INSERT INTO scim_journal VALUES (18, 1795659391225437, 'staff', 'patch', 'User', 'c626f9c9-4e02-4fa6-91c6-ed3d18fcc7ca', 400, 'invalidPath', 'operation 1 (replace): the path is malformed', NULL, NULL, 18479, '81214413351242d38fd11474e7e3f478');
INSERT INTO scim_journal VALUES (19, 1795659391263184, 'staff', 'search', 'User', NULL, 200, NULL, NULL, NULL, NULL, 46079, 'd2e1d78284744422abfd382910913fe1');
INSERT INTO scim_journal VALUES (20, 1795659391319228, 'staff', 'get', 'User', 'b0399b3e-7343-45dd-b99d-677c8ca406d6', 404, NULL, 'no User has this id', NULL, NULL, 25757, '2c5b097366ab49b7a2cd7a44c988ca6a');
INSERT INTO scim_journal VALUES (21, 1795659391486461, 'partners', 'create', 'User', 'fe36c54b-1f96-49fc-a200-f4bebaaf98b7', 201, NULL, NULL, NULL, '["userName", "externalId", "emails", "title", "active"]', 62173, 'bf74074379e24227be7513453991cf72');
INSERT INTO scim_journal VALUES (22, 1795659391557282, 'partners', 'create', 'User', '4e0a6537-555b-4bb5-802a-b7ccb9639b39', 201, NULL, NULL, NULL, '["userName", "active"]', 27911, 'f6d490752adf4527942b5990f387bb55');
INSERT INTO scim_journal VALUES (23, 1795659391603376, 'partners', 'create', 'Group', '52c7d669-55a0-4c10-a55d-cef5e71e916d', 201, NULL, NULL, NULL, '["displayName"]', 53324, '91b31a39bc644590b7deaa74d1a6c36f');
INSERT INTO scim_journal VALUES (24, 1795659391666834, 'partners', 'delete', 'User', '4e0a6537-555b-4bb5-802a-b7ccb9639b39', 204, NULL, NULL, NULL, NULL, 53050, '5db80ab1df7a45558df4aa8df8b54aa3');
INSERT INTO scim_membership VALUES (6, 1, 1795659390023868);
INSERT INTO scim_membership VALUES (6, 2, 1795659390023868);
INSERT INTO scim_membership VALUES (7, 1, 1795659390169210);
INSERT INTO scim_membership VALUES (6, 5, 1795659390625118);
INSERT INTO scim_membership VALUES (12, 10, 1795659391617290);
INSERT INTO scim_resource VALUES (4, 'c626f9c9-4e02-4fa6-91c6-ed3d18fcc7ca', 'User', 1, 0, 'dave', NULL, 'e-dave', 'Dave', true, 1, 1795659389891969, 1795659389891969, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dave","externalId":"e-dave","displayName":"Dave","title":"agent","active":true}');
INSERT INTO scim_resource VALUES (5, '8d586eab-7d05-4144-90a9-3346b79954e9', 'User', 1, 0, 'erin', NULL, NULL, 'Erin', true, 1, 1795659389930416, 1795659389930416, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"erin","displayName":"Erin","active":true}');
INSERT INTO scim_resource VALUES (8, '59111124-83c7-42e1-a89a-01f44a3a55c9', 'Group', 1, 1, 'personne', NULL, NULL, 'Personne', true, 1, 1795659390273281, 1795659390273281, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Personne"}');
INSERT INTO scim_resource VALUES (2, '3e90e6ad-bfdf-44d4-a1b9-6a0368c78621', 'User', 1, 0, 'bob', 'b@w.example.org', 'e-bob', 'bob', false, 2, 1795659389789947, 1795659390413338, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","externalId":"e-bob","emails":[{"value":"bob@home.example.org"},{"value":"b@w.example.org","type":"work"}],"active":false}');
INSERT INTO scim_resource VALUES (11, '4e0a6537-555b-4bb5-802a-b7ccb9639b39', 'User', 2, 0, 'yan', NULL, NULL, 'yan', true, 1, 1795659391568963, 1795659391672522, 1795659391672522, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yan","active":true}');
INSERT INTO scim_resource VALUES (1, 'cc53775f-2cea-4209-8a46-cea35b35af78', 'User', 1, 0, 'ann.éluard', 'ann@work.example.org', 'e-ann', 'Ann Éluard', true, 2, 1795659389620640, 1795659390756348, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"],"userName":"Ann.Éluard","externalId":"e-ann","displayName":"Ann Éluard","name":{"givenName":"Ann","familyName":"Éluard"},"emails":[{"value":"ann@home.example.org","type":"home"},{"value":"ann@other.example.org","type":"other"},{"value":"Ann@Work.example.org","type":"work","primary":true}],"phoneNumbers":[{"value":"+33 1 00","type":"work"},{"value":"+33 6 00","type":"mobile","primary":true}],"roles":[{"value":"editor"},{"value":"reader"},{"value":"chief","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"DSI","employeeNumber":"007"},"urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User":{"siret":"13002526500013"},"active":true}');
INSERT INTO scim_resource VALUES (7, '164ad58b-8003-4cec-b83c-325cf0c8f048', 'Group', 1, 1, 'agents', NULL, NULL, 'Agents', true, 2, 1795659390169210, 1795659390844487, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Agents"}');
INSERT INTO scim_resource VALUES (6, '5a163438-e4c4-4cd3-8046-4841e30d2d1c', 'Group', 1, 1, 'élus du conseil', NULL, 'g-elus', 'Élus du conseil', true, 5, 1795659390023868, 1795659390844487, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus du conseil","externalId":"g-elus"}');
INSERT INTO scim_resource VALUES (3, 'b0399b3e-7343-45dd-b99d-677c8ca406d6', 'User', 1, 0, 'carol', 'carol@example.org', 'e-carol', 'Carol', true, 1, 1795659389845635, 1795659390844487, 1795659390844487, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"carol","externalId":"e-carol","displayName":"Carol","emails":[{"value":"carol@example.org"}],"active":true}');
INSERT INTO scim_resource VALUES (9, '8818a633-e830-4ebe-a03f-5ee89b27b5f4', 'Group', 1, 1, 'anciens', NULL, NULL, 'Anciens', true, 1, 1795659390328497, 1795659390984685, 1795659390984685, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Anciens"}');
INSERT INTO scim_resource VALUES (10, 'fe36c54b-1f96-49fc-a200-f4bebaaf98b7', 'User', 2, 0, 'zoe', 'zoe@example.org', 'e-ann', 'zoe', true, 1, 1795659391518344, 1795659391518344, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoe","externalId":"e-ann","emails":[{"value":"zoe@example.org","type":"work"}],"title":"agent","active":true}');
INSERT INTO scim_resource VALUES (12, '52c7d669-55a0-4c10-a55d-cef5e71e916d', 'Group', 2, 2, 'élus', NULL, NULL, 'Élus', true, 2, 1795659391617290, 1795659391672522, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus"}');
INSERT INTO scim_schema VALUES (2);
INSERT INTO scim_source VALUES (1, 'staff', 'keycloak', 'tolerant', 'https://sso.example.org/realms/staff', 'https://scim.example.org/scim/v2', NULL, '["web", "batch"]', true, 1795659355907152);
INSERT INTO scim_source VALUES (2, 'partners', 'okta', 'rfc', NULL, NULL, NULL, '[]', true, 1795659360874481);
INSERT INTO scim_source VALUES (3, 'former', 'generic', 'tolerant', NULL, NULL, NULL, '[]', false, 1795659365220960);
INSERT INTO scim_token VALUES ('a825d9f4', 3, '98346f55a8ccb7d2febedd5e00b529ae5f524f0c36f57b161644569bb2010fd1', 1795659379317434, 1803435378776913, NULL, NULL);
INSERT INTO scim_token VALUES ('670b20bd', 1, '0f82cf0ecd913dcefaf877cbda162aee9783b1db20d9cea88eccc7186e745bbb', 1795659369617490, NULL, NULL, 1795659389592820);
INSERT INTO scim_token VALUES ('6ed9fba9', 2, '8da9238888d98e614b2972968318721a1e66dec08ed95674d763d933237e3ba0', 1795659374142565, NULL, NULL, 1795659391507600);
SELECT pg_catalog.setval('scim_change_seq_seq', 20, true);
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
ALTER TABLE ONLY scim_former_member
    ADD CONSTRAINT scim_former_member_pkey PRIMARY KEY (member_pk);
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
CREATE INDEX ix_scim_change_resource ON scim_change USING btree (resource);
CREATE INDEX ix_scim_journal_request_id ON scim_journal USING btree (request_id);
CREATE INDEX ix_scim_journal_target_id ON scim_journal USING btree (target_id);
CREATE INDEX ix_scim_journal_time ON scim_journal USING btree ("time");
CREATE INDEX ix_scim_token_source ON scim_token USING btree (source);
CREATE INDEX scim_attr_value_value ON scim_attr_value USING btree (path, substr(value, 1, 200), resource);
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
