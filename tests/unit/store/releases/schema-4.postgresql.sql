-- Written by the receiver of commit b127646 through tests/unit/store/releases/make.py; never edited.
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
CREATE TABLE scim_generation (
    id character varying(36) NOT NULL
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
INSERT INTO scim_attr_value VALUES (1, 7851128856321701423, 1, 'work');
INSERT INTO scim_attr_value VALUES (1, 3128182767616796453, 0, 'ann éluard');
INSERT INTO scim_attr_value VALUES (1, 8206101619735065411, 0, '+33 6 00');
INSERT INTO scim_attr_value VALUES (1, 4723693397004368777, 0, 'éluard');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 2, 'ann@other.example.org');
INSERT INTO scim_attr_value VALUES (1, 3284001957107361101, 0, '007');
INSERT INTO scim_attr_value VALUES (1, 8206101619735065411, 1, '+33 1 00');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 2, 'other');
INSERT INTO scim_attr_value VALUES (1, 4343580233827303995, 0, 'ann');
INSERT INTO scim_attr_value VALUES (1, 8470494084526579508, 0, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User');
INSERT INTO scim_attr_value VALUES (1, 7678140921072342861, 0, 'true');
INSERT INTO scim_attr_value VALUES (1, 4977649664411123047, 0, '13002526500013');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 1, 'ann@home.example.org');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 0, 'work');
INSERT INTO scim_attr_value VALUES (1, 7851128856321701423, 0, 'mobile');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 1, 'home');
INSERT INTO scim_attr_value VALUES (1, 8593070656858857909, 0, 'true');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 0, 'ann@work.example.org');
INSERT INTO scim_attr_value VALUES (1, 8855060066729045416, 0, 'dsi');
INSERT INTO scim_attr_value VALUES (1, 8470494084526579508, 1, 'urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User');
INSERT INTO scim_attr_value VALUES (2, 4184188331826430811, 0, 'bob@home.example.org');
INSERT INTO scim_attr_value VALUES (2, 1889633651789621609, 1, 'work');
INSERT INTO scim_attr_value VALUES (2, 4184188331826430811, 1, 'b@w.example.org');
INSERT INTO scim_attr_value VALUES (4, 8851707952236321627, 0, 'agent');
INSERT INTO scim_attr_value VALUES (4, 3128182767616796453, 0, 'dave');
INSERT INTO scim_attr_value VALUES (5, 3128182767616796453, 0, 'erin');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 0, 'chief');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 1, 'editor');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 2, 'reader');
INSERT INTO scim_attr_value VALUES (1, 3751297057382881233, 0, 'true');
INSERT INTO scim_attr_value VALUES (10, 1889633651789621609, 0, 'work');
INSERT INTO scim_attr_value VALUES (10, 4184188331826430811, 0, 'zoe@example.org');
INSERT INTO scim_attr_value VALUES (10, 8851707952236321627, 0, 'agent');
INSERT INTO scim_change VALUES (1, 1795743928420843, 1, 1, '1bacd7fe-3a2d-44ab-93af-069fb55b59ec', 'create', 1, '["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]', '18debcdbd06b4aff909a105326782910');
INSERT INTO scim_change VALUES (2, 1795743928437626, 1, 1, '5bb9b1f1-bbaa-4f23-86f7-1644a2086ef8', 'create', 1, '["userName", "externalId", "emails", "active"]', 'b52925ddd2d14fc0ad29df9d32824a21');
INSERT INTO scim_change VALUES (3, 1795743928443690, 1, 1, 'bcbcf851-9900-4c67-aace-58f80ef245ad', 'create', 1, '["userName", "externalId", "displayName", "emails", "active"]', '28735a15e36441feb56cfcb7602d8917');
INSERT INTO scim_change VALUES (4, 1795743928448817, 1, 1, 'dc6368e8-1762-4987-8218-7aaca92c9c9c', 'create', 1, '["userName", "externalId", "displayName", "title", "active"]', 'a1b89e2ded91410aa5eb67878593f299');
INSERT INTO scim_change VALUES (5, 1795743928453857, 1, 1, '9408287d-8e40-4a1e-b100-1697839a20a7', 'create', 1, '["userName", "displayName", "active"]', '4b83efa2b0a94414b5ff3376ceceb2e3');
INSERT INTO scim_change VALUES (6, 1795743928459375, 1, 2, '67d25394-5dc8-4627-853e-ee4efdd72051', 'create', 1, '["displayName", "externalId", "members"]', 'ea1534cb0ed14f65a558c1714f6ffe3e');
INSERT INTO scim_change VALUES (7, 1795743928468895, 1, 2, '5b5c8c82-2cdb-4f51-a70b-c4b0095f91fc', 'create', 1, '["displayName", "members"]', '3b8daee323c640e2b3ba15536aa42894');
INSERT INTO scim_change VALUES (8, 1795743928474962, 1, 2, 'b0ce82d0-cd83-4eaf-a024-789a6981c099', 'create', 1, '["displayName"]', 'd6dbf7f17fa34a7aa3e7c906472c0322');
INSERT INTO scim_change VALUES (9, 1795743928478730, 1, 2, '57d5808a-afe1-4e7f-b3bc-d6e8fa7278fb', 'create', 1, '["displayName", "members"]', '66279c870cbd492ba3db70f2a56ef622');
INSERT INTO scim_change VALUES (10, 1795743928484052, 1, 1, '5bb9b1f1-bbaa-4f23-86f7-1644a2086ef8', 'patch', 2, '["active"]', 'a56dff8e75714017a4e66f831c955ffe');
INSERT INTO scim_change VALUES (11, 1795743928489103, 1, 2, '67d25394-5dc8-4627-853e-ee4efdd72051', 'patch', 2, '["members"]', 'cc1825f0a35c46048f917b0848382829');
INSERT INTO scim_change VALUES (12, 1795743928497555, 1, 2, '67d25394-5dc8-4627-853e-ee4efdd72051', 'patch', 3, '["members"]', '7b5540cdbe8d403ab4c88862758967ac');
INSERT INTO scim_change VALUES (13, 1795743928503006, 1, 2, '67d25394-5dc8-4627-853e-ee4efdd72051', 'patch', 4, '["displayName"]', 'efbc8a2b861c47d1b440db5ae182cb38');
INSERT INTO scim_change VALUES (14, 1795743928507674, 1, 1, '1bacd7fe-3a2d-44ab-93af-069fb55b59ec', 'patch', 2, '["roles"]', 'f3909ee62603471f82c642f2c589b58b');
INSERT INTO scim_change VALUES (15, 1795743928512652, 1, 2, '67d25394-5dc8-4627-853e-ee4efdd72051', 'patch', 5, '["members"]', '970232fff4684134a019f0bd9f372b72');
INSERT INTO scim_change VALUES (16, 1795743928512652, 1, 2, '5b5c8c82-2cdb-4f51-a70b-c4b0095f91fc', 'patch', 2, '["members"]', '970232fff4684134a019f0bd9f372b72');
INSERT INTO scim_change VALUES (17, 1795743928512652, 1, 1, 'bcbcf851-9900-4c67-aace-58f80ef245ad', 'delete', 2, '[]', '970232fff4684134a019f0bd9f372b72');
INSERT INTO scim_change VALUES (18, 1795743928521419, 1, 2, '57d5808a-afe1-4e7f-b3bc-d6e8fa7278fb', 'delete', 2, '[]', '7180f24a7699488680a1249f095a9617');
INSERT INTO scim_change VALUES (19, 1795743928580222, 2, 1, '1206cd34-e5fd-4b75-ade2-d15b9787db0b', 'create', 1, '["userName", "externalId", "emails", "title", "active"]', 'b338e995d4ae42c5b9b9d3fe3f6d65a0');
INSERT INTO scim_change VALUES (20, 1795743928585548, 2, 1, 'af8a80dd-d0cc-404f-8a39-aa696fed4467', 'create', 1, '["userName", "active"]', '7dd0fca097da43c6b124af97e2c01de1');
INSERT INTO scim_change VALUES (21, 1795743928589437, 2, 2, 'c8131fa3-6a7e-4c19-8517-97bc9c115cdf', 'create', 1, '["displayName", "members"]', '23d8bd3ce4a941f5b165be172be68545');
INSERT INTO scim_change VALUES (22, 1795743928595851, 2, 2, 'c8131fa3-6a7e-4c19-8517-97bc9c115cdf', 'patch', 2, '["members"]', '0a55258208f24502996bbb059f2683f6');
INSERT INTO scim_change VALUES (23, 1795743928595851, 2, 1, 'af8a80dd-d0cc-404f-8a39-aa696fed4467', 'delete', 2, '[]', '0a55258208f24502996bbb059f2683f6');
INSERT INTO scim_counter VALUES (1, 1, 4, 6);
INSERT INTO scim_counter VALUES (1, 2, 3, 5);
INSERT INTO scim_counter VALUES (2, 2, 1, 1);
INSERT INTO scim_counter VALUES (2, 1, 1, 3);
INSERT INTO scim_former_membership VALUES (4, 6, 1795743928459375, 1795743928489103);
INSERT INTO scim_former_membership VALUES (3, 6, 1795743928459375, 1795743928512652);
INSERT INTO scim_former_membership VALUES (3, 7, 1795743928468895, 1795743928512652);
INSERT INTO scim_former_membership VALUES (1, 9, 1795743928478730, 1795743928521419);
INSERT INTO scim_former_membership VALUES (5, 9, 1795743928478730, 1795743928521419);
INSERT INTO scim_former_membership VALUES (11, 12, 1795743928589437, 1795743928595851);
INSERT INTO scim_generation VALUES ('2a772c8b-6c38-4a22-a213-d678149980f7');
INSERT INTO scim_journal VALUES (1, 1795743928413820, 'staff', 'create', 'User', '1bacd7fe-3a2d-44ab-93af-069fb55b59ec', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]', 19303, '18debcdbd06b4aff909a105326782910');
INSERT INTO scim_journal VALUES (2, 1795743928436699, 'staff', 'create', 'User', '5bb9b1f1-bbaa-4f23-86f7-1644a2086ef8', 201, NULL, NULL, NULL, '["userName", "externalId", "emails", "active"]', 3778, 'b52925ddd2d14fc0ad29df9d32824a21');
INSERT INTO scim_journal VALUES (3, 1795743928442787, 'staff', 'create', 'User', 'bcbcf851-9900-4c67-aace-58f80ef245ad', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "emails", "active"]', 3353, '28735a15e36441feb56cfcb7602d8917');
INSERT INTO scim_journal VALUES (4, 1795743928448040, 'staff', 'create', 'User', 'dc6368e8-1762-4987-8218-7aaca92c9c9c', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "title", "active"]', 3041, 'a1b89e2ded91410aa5eb67878593f299');
INSERT INTO scim_journal VALUES (5, 1795743928452842, 'staff', 'create', 'User', '9408287d-8e40-4a1e-b100-1697839a20a7', 201, NULL, NULL, NULL, '["userName", "displayName", "active"]', 3469, '4b83efa2b0a94414b5ff3376ceceb2e3');
INSERT INTO scim_journal VALUES (6, 1795743928458257, 'staff', 'create', 'Group', '67d25394-5dc8-4627-853e-ee4efdd72051', 201, NULL, NULL, NULL, '["displayName", "externalId", "members"]', 8026, 'ea1534cb0ed14f65a558c1714f6ffe3e');
INSERT INTO scim_journal VALUES (7, 1795743928468018, 'staff', 'create', 'Group', '5b5c8c82-2cdb-4f51-a70b-c4b0095f91fc', 201, NULL, NULL, NULL, '["displayName", "members"]', 4285, '3b8daee323c640e2b3ba15536aa42894');
INSERT INTO scim_journal VALUES (8, 1795743928474250, 'staff', 'create', 'Group', 'b0ce82d0-cd83-4eaf-a024-789a6981c099', 201, NULL, NULL, NULL, '["displayName"]', 2349, 'd6dbf7f17fa34a7aa3e7c906472c0322');
INSERT INTO scim_journal VALUES (9, 1795743928478116, 'staff', 'create', 'Group', '57d5808a-afe1-4e7f-b3bc-d6e8fa7278fb', 201, NULL, NULL, NULL, '["displayName", "members"]', 3658, '66279c870cbd492ba3db70f2a56ef622');
INSERT INTO scim_journal VALUES (10, 1795743928483311, 'staff', 'patch', 'User', '5bb9b1f1-bbaa-4f23-86f7-1644a2086ef8', 200, NULL, NULL, NULL, '["active"]', 3463, 'a56dff8e75714017a4e66f831c955ffe');
INSERT INTO scim_journal VALUES (11, 1795743928488377, 'staff', 'patch', 'Group', '67d25394-5dc8-4627-853e-ee4efdd72051', 200, NULL, NULL, NULL, '["members"]', 6823, 'cc1825f0a35c46048f917b0848382829');
INSERT INTO scim_journal VALUES (12, 1795743928496836, 'staff', 'patch', 'Group', '67d25394-5dc8-4627-853e-ee4efdd72051', 200, NULL, NULL, NULL, '["members"]', 3930, '7b5540cdbe8d403ab4c88862758967ac');
INSERT INTO scim_journal VALUES (13, 1795743928502306, 'staff', 'patch', 'Group', '67d25394-5dc8-4627-853e-ee4efdd72051', 200, NULL, NULL, NULL, '["displayName"]', 3126, 'efbc8a2b861c47d1b440db5ae182cb38');
INSERT INTO scim_journal VALUES (14, 1795743928506969, 'staff', 'patch', 'User', '1bacd7fe-3a2d-44ab-93af-069fb55b59ec', 200, NULL, NULL, NULL, '["roles"]', 3418, 'f3909ee62603471f82c642f2c589b58b');
INSERT INTO scim_journal VALUES (15, 1795743928512041, 'staff', 'delete', 'User', 'bcbcf851-9900-4c67-aace-58f80ef245ad', 204, NULL, NULL, NULL, NULL, 7320, '970232fff4684134a019f0bd9f372b72');
INSERT INTO scim_journal VALUES (16, 1795743928520825, 'staff', 'delete', 'Group', '57d5808a-afe1-4e7f-b3bc-d6e8fa7278fb', 204, NULL, NULL, NULL, NULL, 3039, '7180f24a7699488680a1249f095a9617');
INSERT INTO scim_journal VALUES (17, 1795743928526506, 'staff', 'create', 'User', NULL, 409, 'uniqueness', 'another User has this userName', NULL, NULL, 3345, '366a07c82d484109ab675f157e913364');
INSERT INTO scim_journal VALUES (18, 1795743928546632, 'staff', 'patch', 'User', 'dc6368e8-1762-4987-8218-7aaca92c9c9c', 400, 'invalidPath', 'operation 1 (replace): the path is malformed', NULL, NULL, 1640, 'd455e78fcd994457a5355aab68db4dcd');
INSERT INTO scim_journal VALUES (19, 1795743928577536, 'partners', 'create', 'User', '1206cd34-e5fd-4b75-ade2-d15b9787db0b', 201, NULL, NULL, NULL, '["userName", "externalId", "emails", "title", "active"]', 5748, 'b338e995d4ae42c5b9b9d3fe3f6d65a0');
INSERT INTO scim_journal VALUES (20, 1795743928585004, 'partners', 'create', 'User', 'af8a80dd-d0cc-404f-8a39-aa696fed4467', 201, NULL, NULL, NULL, '["userName", "active"]', 2267, '7dd0fca097da43c6b124af97e2c01de1');
INSERT INTO scim_journal VALUES (21, 1795743928588741, 'partners', 'create', 'Group', 'c8131fa3-6a7e-4c19-8517-97bc9c115cdf', 201, NULL, NULL, NULL, '["displayName", "members"]', 4754, '23d8bd3ce4a941f5b165be172be68545');
INSERT INTO scim_journal VALUES (22, 1795743928595295, 'partners', 'delete', 'User', 'af8a80dd-d0cc-404f-8a39-aa696fed4467', 204, NULL, NULL, NULL, NULL, 4466, '0a55258208f24502996bbb059f2683f6');
INSERT INTO scim_journal VALUES (23, 1795743928550788, 'staff', 'search', 'User', NULL, 200, NULL, NULL, NULL, NULL, 3870, '01d8b8ee6e4a4898bdf4edfeefa11205');
INSERT INTO scim_journal VALUES (24, 1795743928555490, 'staff', 'get', 'User', 'bcbcf851-9900-4c67-aace-58f80ef245ad', 404, NULL, 'no User has this id', NULL, NULL, 1919, 'a1f014c7ee604d7fb0b532709769c717');
INSERT INTO scim_membership VALUES (6, 1, 1795743928459375);
INSERT INTO scim_membership VALUES (6, 2, 1795743928459375);
INSERT INTO scim_membership VALUES (7, 1, 1795743928468895);
INSERT INTO scim_membership VALUES (6, 5, 1795743928497555);
INSERT INTO scim_membership VALUES (12, 10, 1795743928589437);
INSERT INTO scim_resource VALUES (4, 'dc6368e8-1762-4987-8218-7aaca92c9c9c', 1, 1, 0, 'dave', NULL, 'e-dave', 'Dave', true, 1, 1795743928448817, 1795743928448817, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dave","externalId":"e-dave","displayName":"Dave","title":"agent","active":true}');
INSERT INTO scim_resource VALUES (5, '9408287d-8e40-4a1e-b100-1697839a20a7', 1, 1, 0, 'erin', NULL, NULL, 'Erin', true, 1, 1795743928453857, 1795743928453857, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"erin","displayName":"Erin","active":true}');
INSERT INTO scim_resource VALUES (8, 'b0ce82d0-cd83-4eaf-a024-789a6981c099', 2, 1, 1, 'personne', NULL, NULL, 'Personne', true, 1, 1795743928474962, 1795743928474962, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Personne"}');
INSERT INTO scim_resource VALUES (2, '5bb9b1f1-bbaa-4f23-86f7-1644a2086ef8', 1, 1, 0, 'bob', 'b@w.example.org', 'e-bob', 'bob', false, 2, 1795743928437626, 1795743928484052, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","externalId":"e-bob","emails":[{"value":"bob@home.example.org"},{"value":"b@w.example.org","type":"work"}],"active":false}');
INSERT INTO scim_resource VALUES (1, '1bacd7fe-3a2d-44ab-93af-069fb55b59ec', 1, 1, 0, 'ann.éluard', 'ann@work.example.org', 'e-ann', 'Ann Éluard', true, 2, 1795743928420843, 1795743928507674, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"],"userName":"Ann.Éluard","externalId":"e-ann","displayName":"Ann Éluard","name":{"givenName":"Ann","familyName":"Éluard"},"emails":[{"value":"ann@home.example.org","type":"home"},{"value":"ann@other.example.org","type":"other"},{"value":"Ann@Work.example.org","type":"work","primary":true}],"phoneNumbers":[{"value":"+33 1 00","type":"work"},{"value":"+33 6 00","type":"mobile","primary":true}],"roles":[{"value":"editor"},{"value":"reader"},{"value":"chief","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"DSI","employeeNumber":"007"},"urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User":{"siret":"13002526500013"},"active":true}');
INSERT INTO scim_resource VALUES (7, '5b5c8c82-2cdb-4f51-a70b-c4b0095f91fc', 2, 1, 1, 'agents', NULL, NULL, 'Agents', true, 2, 1795743928468895, 1795743928512652, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Agents"}');
INSERT INTO scim_resource VALUES (6, '67d25394-5dc8-4627-853e-ee4efdd72051', 2, 1, 1, 'élus du conseil', NULL, 'g-elus', 'Élus du conseil', true, 5, 1795743928459375, 1795743928512652, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus du conseil","externalId":"g-elus"}');
INSERT INTO scim_resource VALUES (3, 'bcbcf851-9900-4c67-aace-58f80ef245ad', 1, 1, 0, 'carol', 'carol@example.org', 'e-carol', 'Carol', true, 2, 1795743928443690, 1795743928512652, 1795743928512652, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"carol","externalId":"e-carol","displayName":"Carol","emails":[{"value":"carol@example.org"}],"active":true}');
INSERT INTO scim_resource VALUES (9, '57d5808a-afe1-4e7f-b3bc-d6e8fa7278fb', 2, 1, 1, 'anciens', NULL, NULL, 'Anciens', true, 2, 1795743928478730, 1795743928521419, 1795743928521419, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Anciens"}');
INSERT INTO scim_resource VALUES (10, '1206cd34-e5fd-4b75-ade2-d15b9787db0b', 1, 2, 0, 'zoe', 'zoe@example.org', 'e-ann', 'zoe', true, 1, 1795743928580222, 1795743928580222, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoe","externalId":"e-ann","emails":[{"value":"zoe@example.org","type":"work"}],"title":"agent","active":true}');
INSERT INTO scim_resource VALUES (12, 'c8131fa3-6a7e-4c19-8517-97bc9c115cdf', 2, 2, 2, 'élus', NULL, NULL, 'Élus', true, 2, 1795743928589437, 1795743928595851, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus"}');
INSERT INTO scim_resource VALUES (11, 'af8a80dd-d0cc-404f-8a39-aa696fed4467', 1, 2, 0, 'yan', NULL, NULL, 'yan', true, 2, 1795743928585548, 1795743928595851, 1795743928595851, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yan","active":true}');
INSERT INTO scim_schema VALUES (4);
INSERT INTO scim_source VALUES (1, 'staff', 'keycloak', 'tolerant', 'https://sso.example.org/realms/staff', 'https://scim.example.org/scim/v2', NULL, '["web", "batch"]', true, 1795743924695150);
INSERT INTO scim_source VALUES (2, 'partners', 'okta', 'rfc', NULL, NULL, NULL, '[]', true, 1795743925290901);
INSERT INTO scim_source VALUES (3, 'former', 'generic', 'tolerant', NULL, NULL, NULL, '[]', false, 1795743925898581);
INSERT INTO scim_token VALUES ('c2288656', 3, 'c7b7610369f7fea3934f05407a8bee3d380c285a31da2290ddc2c0e90a80b616', 1795743927704121, 1803519927640445, NULL, NULL);
INSERT INTO scim_token VALUES ('bb036e79', 1, '57f3ef8e97d01b0287e7fa19ecc69c85964d433f4701d5d6596ea0db4bfed6c2', 1795743926508970, NULL, NULL, 1795743928419010);
INSERT INTO scim_token VALUES ('ed7ef5ba', 2, '5ee32833a228d9eb6533ce7b2015a43f98b6402688854a0e19e311c5d57d2387', 1795743927112998, NULL, NULL, 1795743928579498);
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
ALTER TABLE ONLY scim_generation
    ADD CONSTRAINT scim_generation_pkey PRIMARY KEY (id);
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
CREATE INDEX scim_change_source ON scim_change USING btree (source, seq);
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
