-- Written by the receiver of commit bcd5e54 through tests/unit/store/releases/make.py; never edited.
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
    request_id character varying(64) NOT NULL,
    reason character varying(40),
    external_id character varying(255),
    name character varying(255),
    mail character varying(255)
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
INSERT INTO scim_attr_value VALUES (1, 8470494084526579508, 0, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User');
INSERT INTO scim_attr_value VALUES (1, 4343580233827303995, 0, 'ann');
INSERT INTO scim_attr_value VALUES (1, 7678140921072342861, 0, 'true');
INSERT INTO scim_attr_value VALUES (1, 3128182767616796453, 0, 'ann éluard');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 0, 'ann@work.example.org');
INSERT INTO scim_attr_value VALUES (1, 8855060066729045416, 0, 'dsi');
INSERT INTO scim_attr_value VALUES (1, 4977649664411123047, 0, '13002526500013');
INSERT INTO scim_attr_value VALUES (1, 8470494084526579508, 1, 'urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User');
INSERT INTO scim_attr_value VALUES (1, 8593070656858857909, 0, 'true');
INSERT INTO scim_attr_value VALUES (1, 3284001957107361101, 0, '007');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 0, 'work');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 1, 'ann@home.example.org');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 1, 'home');
INSERT INTO scim_attr_value VALUES (1, 8206101619735065411, 0, '+33 6 00');
INSERT INTO scim_attr_value VALUES (1, 4184188331826430811, 2, 'ann@other.example.org');
INSERT INTO scim_attr_value VALUES (1, 7851128856321701423, 0, 'mobile');
INSERT INTO scim_attr_value VALUES (1, 1889633651789621609, 2, 'other');
INSERT INTO scim_attr_value VALUES (1, 7851128856321701423, 1, 'work');
INSERT INTO scim_attr_value VALUES (1, 8206101619735065411, 1, '+33 1 00');
INSERT INTO scim_attr_value VALUES (1, 4723693397004368777, 0, 'éluard');
INSERT INTO scim_attr_value VALUES (2, 4184188331826430811, 1, 'b@w.example.org');
INSERT INTO scim_attr_value VALUES (2, 4184188331826430811, 0, 'bob@home.example.org');
INSERT INTO scim_attr_value VALUES (2, 1889633651789621609, 1, 'work');
INSERT INTO scim_attr_value VALUES (4, 3128182767616796453, 0, 'dave');
INSERT INTO scim_attr_value VALUES (4, 8851707952236321627, 0, 'agent');
INSERT INTO scim_attr_value VALUES (5, 3128182767616796453, 0, 'erin');
INSERT INTO scim_attr_value VALUES (1, 3751297057382881233, 0, 'true');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 2, 'reader');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 1, 'editor');
INSERT INTO scim_attr_value VALUES (1, 185347538817830690, 0, 'chief');
INSERT INTO scim_attr_value VALUES (10, 4184188331826430811, 0, 'zoe@example.org');
INSERT INTO scim_attr_value VALUES (10, 8851707952236321627, 0, 'agent');
INSERT INTO scim_attr_value VALUES (10, 1889633651789621609, 0, 'work');
INSERT INTO scim_change VALUES (1, 1795763085505581, 1, 1, '237e0041-9bac-4027-a5f4-595a1a73d1a1', 'create', 1, '["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]', 'e4d3f4578ca14eddaa77fa25236f5f2d');
INSERT INTO scim_change VALUES (2, 1795763085531148, 1, 1, '5c0e1c2e-9f4a-43d6-839d-005e71778f81', 'create', 1, '["userName", "externalId", "emails", "active"]', 'b43575027227467e814a27ef116059c7');
INSERT INTO scim_change VALUES (3, 1795763085545442, 1, 1, '3769df04-0a58-4839-ad2e-d47ca7faa125', 'create', 1, '["userName", "externalId", "displayName", "emails", "active"]', '2e9612cbbe4d4974b8d5acde5008c562');
INSERT INTO scim_change VALUES (4, 1795763085550978, 1, 1, '1b38e7e9-34e3-4063-a8a2-a603136eb759', 'create', 1, '["userName", "externalId", "displayName", "title", "active"]', '56f16756f6c24cea83b1bc565f72d1a8');
INSERT INTO scim_change VALUES (5, 1795763085555446, 1, 1, 'effc0e35-ecb9-4a9e-bca5-7d5d32534a52', 'create', 1, '["userName", "displayName", "active"]', '41ae8aa5e47c45d9998fd13ba01ca85e');
INSERT INTO scim_change VALUES (6, 1795763085560401, 1, 2, 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 'create', 1, '["displayName", "externalId", "members"]', '1063e06ed09c44afb0366e62ba89efe6');
INSERT INTO scim_change VALUES (7, 1795763085570548, 1, 2, 'e2f054f0-ae5e-471a-a4de-a7327fd1dfba', 'create', 1, '["displayName", "members"]', 'b549af06b53c4ea192993f7fb0d206bb');
INSERT INTO scim_change VALUES (8, 1795763085575961, 1, 2, 'a489c100-08bd-4286-8996-38e1beb36add', 'create', 1, '["displayName"]', 'd1f9a843240b4d80885a3aa2f19aa957');
INSERT INTO scim_change VALUES (9, 1795763085579449, 1, 2, 'e3bc64a2-8d11-4b40-a267-541338a006e6', 'create', 1, '["displayName", "members"]', '4dc33ec381034ba4aa2eb9b8bc751e31');
INSERT INTO scim_change VALUES (10, 1795763085584322, 1, 1, '5c0e1c2e-9f4a-43d6-839d-005e71778f81', 'patch', 2, '["active"]', 'e506cf183f9841b493fff05ea87dc208');
INSERT INTO scim_change VALUES (11, 1795763085589873, 1, 2, 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 'patch', 2, '["members"]', '82035785be284ce5857161020582f521');
INSERT INTO scim_change VALUES (12, 1795763085598071, 1, 2, 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 'patch', 3, '["members"]', 'e822daa43b6341329593f4b00e2905f7');
INSERT INTO scim_change VALUES (13, 1795763085603066, 1, 2, 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 'patch', 4, '["displayName"]', '4f54e878452f4e02a592623019a141ab');
INSERT INTO scim_change VALUES (14, 1795763085607176, 1, 1, '237e0041-9bac-4027-a5f4-595a1a73d1a1', 'patch', 2, '["roles"]', 'c650b825e4254c9d8140c29fe56fec52');
INSERT INTO scim_change VALUES (15, 1795763085611848, 1, 2, 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 'patch', 5, '["members"]', '96ead2950bf142a2bdb52f5c5deef7fd');
INSERT INTO scim_change VALUES (16, 1795763085611848, 1, 2, 'e2f054f0-ae5e-471a-a4de-a7327fd1dfba', 'patch', 2, '["members"]', '96ead2950bf142a2bdb52f5c5deef7fd');
INSERT INTO scim_change VALUES (17, 1795763085611848, 1, 1, '3769df04-0a58-4839-ad2e-d47ca7faa125', 'delete', 2, '[]', '96ead2950bf142a2bdb52f5c5deef7fd');
INSERT INTO scim_change VALUES (18, 1795763085620232, 1, 2, 'e3bc64a2-8d11-4b40-a267-541338a006e6', 'delete', 2, '[]', 'b44335aa1dc947adb051b642c9d29f29');
INSERT INTO scim_change VALUES (19, 1795763085711958, 2, 1, 'b8aad988-d422-4f9e-9270-676f9a51c5a4', 'create', 1, '["userName", "externalId", "emails", "title", "active"]', '0a27c2580d494097a4123347a05ea4f0');
INSERT INTO scim_change VALUES (20, 1795763085721452, 2, 1, '197cb966-b036-4262-b005-59ba0835770f', 'create', 1, '["userName", "active"]', '199ed0fda5974e71a9bb8c1dd7389cac');
INSERT INTO scim_change VALUES (21, 1795763085728903, 2, 2, 'bc8ddbe7-24d4-49b2-8f9f-d3a76c15d18c', 'create', 1, '["displayName", "members"]', '5613f8841abc44028a4b49d20f54349d');
INSERT INTO scim_change VALUES (22, 1795763085736868, 2, 2, 'bc8ddbe7-24d4-49b2-8f9f-d3a76c15d18c', 'patch', 2, '["members"]', '08e515f5c25042958b1c1bce8e841859');
INSERT INTO scim_change VALUES (23, 1795763085736868, 2, 1, '197cb966-b036-4262-b005-59ba0835770f', 'delete', 2, '[]', '08e515f5c25042958b1c1bce8e841859');
INSERT INTO scim_change VALUES (24, 1795763085743078, 2, 1, '7c6dfb76-fb1f-4253-9c93-709f2fe5e8b1', 'create', 1, '["userName", "externalId", "active"]', 'd92ea11e4c594d93a3862506b8466799');
INSERT INTO scim_change VALUES (25, 1795763085750814, 2, 1, '9c4cf297-e198-43a9-b355-4ad68ada7ff2', 'create', 1, '["userName", "externalId", "active"]', '04e9ec165f0a414a8742e0bab33e5ba1');
INSERT INTO scim_change VALUES (26, 1795763085758202, 2, 1, 'a56accb0-8a28-48e4-9e55-ae1b7ad45e74', 'create', 1, '["userName", "externalId", "active"]', '7daf10f0b69b412ba673640fb2a6a88e');
INSERT INTO scim_change VALUES (27, 1795763085763260, 2, 1, 'f3bc8fd6-87ff-4f73-bfca-fad0aa875f8c', 'create', 1, '["userName", "externalId", "active"]', '0e7bc79de1654aefa9429e463aa93c18');
INSERT INTO scim_change VALUES (28, 1795763085770736, 2, 1, '0f2df61b-1ebc-4b57-a40f-b8263ca23e05', 'create', 1, '["userName", "externalId", "active"]', '62fc5e2f53cb49ae846351f9180069b7');
INSERT INTO scim_change VALUES (29, 1795763085773856, 2, 1, 'b487407e-02d9-4e36-9c76-35de79b65aa0', 'create', 1, '["userName", "externalId", "active"]', '8a8bc040c6294b18b969297b3e7cd792');
INSERT INTO scim_change VALUES (30, 1795763085779839, 2, 1, '25974df6-7100-4230-9dfe-db8ba1b3c900', 'create', 1, '["userName", "externalId", "active"]', '1c30c05d15c6466bbda3ba3d4539d409');
INSERT INTO scim_change VALUES (31, 1795763085782840, 2, 1, '0930b4e4-fd57-45af-97b2-7c323b3f1675', 'create', 1, '["userName", "active"]', '4b35901ff0a2478c9dcc8c2cec012a20');
INSERT INTO scim_change VALUES (32, 1795763085786651, 2, 1, '0930b4e4-fd57-45af-97b2-7c323b3f1675', 'patch', 2, '["active"]', 'a888a36227ab47f185c57540f66b8de2');
INSERT INTO scim_change VALUES (33, 1795763085794388, 2, 1, 'aee8fcce-4ec7-4000-984f-10c2e9d9d182', 'create', 1, '["userName", "active"]', 'b02b89e93d4d468e8f4531a4c44dbaae');
INSERT INTO scim_change VALUES (34, 1795763085796975, 2, 1, 'aee8fcce-4ec7-4000-984f-10c2e9d9d182', 'delete', 2, '[]', 'a4c787b0606a400dadc32e43d7b77e8e');
INSERT INTO scim_change VALUES (35, 1795763085801336, 2, 2, '864280e1-ae6d-4568-a20c-ed764bd2746e', 'create', 1, '["displayName"]', '0d9d7c6a5a3a40a099c35fe1d160ceb2');
INSERT INTO scim_change VALUES (36, 1795763085803840, 2, 2, '28edd6f3-cac5-4b93-b5db-27af58bf35cb', 'create', 1, '["displayName"]', '911b30d059f6409590791ac1da32e5fb');
INSERT INTO scim_counter VALUES (1, 1, 4, 6);
INSERT INTO scim_counter VALUES (1, 2, 3, 5);
INSERT INTO scim_counter VALUES (2, 1, 9, 13);
INSERT INTO scim_counter VALUES (2, 2, 3, 3);
INSERT INTO scim_former_membership VALUES (4, 6, 1795763085560401, 1795763085589873);
INSERT INTO scim_former_membership VALUES (3, 6, 1795763085560401, 1795763085611848);
INSERT INTO scim_former_membership VALUES (3, 7, 1795763085570548, 1795763085611848);
INSERT INTO scim_former_membership VALUES (1, 9, 1795763085579449, 1795763085620232);
INSERT INTO scim_former_membership VALUES (5, 9, 1795763085579449, 1795763085620232);
INSERT INTO scim_former_membership VALUES (11, 12, 1795763085728903, 1795763085736868);
INSERT INTO scim_generation VALUES ('bc173ba5-a5a4-496d-b4fc-b3b91acfe962');
INSERT INTO scim_journal VALUES (1, 1795763085492127, 'staff', 'create', 'User', '237e0041-9bac-4027-a5f4-595a1a73d1a1', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]', 26818, 'e4d3f4578ca14eddaa77fa25236f5f2d', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (2, 1795763085529755, 'staff', 'create', 'User', '5c0e1c2e-9f4a-43d6-839d-005e71778f81', 201, NULL, NULL, NULL, '["userName", "externalId", "emails", "active"]', 5019, 'b43575027227467e814a27ef116059c7', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (3, 1795763085539638, 'staff', 'create', 'User', '3769df04-0a58-4839-ad2e-d47ca7faa125', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "emails", "active"]', 8149, '2e9612cbbe4d4974b8d5acde5008c562', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (4, 1795763085550229, 'staff', 'create', 'User', '1b38e7e9-34e3-4063-a8a2-a603136eb759', 201, NULL, NULL, NULL, '["userName", "externalId", "displayName", "title", "active"]', 2590, '56f16756f6c24cea83b1bc565f72d1a8', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (5, 1795763085554712, 'staff', 'create', 'User', 'effc0e35-ecb9-4a9e-bca5-7d5d32534a52', 201, NULL, NULL, NULL, '["userName", "displayName", "active"]', 2923, '41ae8aa5e47c45d9998fd13ba01ca85e', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (6, 1795763085559648, 'staff', 'create', 'Group', 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 201, NULL, NULL, NULL, '["displayName", "externalId", "members"]', 8102, '1063e06ed09c44afb0366e62ba89efe6', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (7, 1795763085569695, 'staff', 'create', 'Group', 'e2f054f0-ae5e-471a-a4de-a7327fd1dfba', 201, NULL, NULL, NULL, '["displayName", "members"]', 4107, 'b549af06b53c4ea192993f7fb0d206bb', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (8, 1795763085575392, 'staff', 'create', 'Group', 'a489c100-08bd-4286-8996-38e1beb36add', 201, NULL, NULL, NULL, '["displayName"]', 1792, 'd1f9a843240b4d80885a3aa2f19aa957', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (9, 1795763085578764, 'staff', 'create', 'Group', 'e3bc64a2-8d11-4b40-a267-541338a006e6', 201, NULL, NULL, NULL, '["displayName", "members"]', 3535, '4dc33ec381034ba4aa2eb9b8bc751e31', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (10, 1795763085583711, 'staff', 'patch', 'User', '5c0e1c2e-9f4a-43d6-839d-005e71778f81', 200, NULL, NULL, NULL, '["active"]', 3908, 'e506cf183f9841b493fff05ea87dc208', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (11, 1795763085589158, 'staff', 'patch', 'Group', 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 200, NULL, NULL, NULL, '["members"]', 6632, '82035785be284ce5857161020582f521', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (12, 1795763085597549, 'staff', 'patch', 'Group', 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 200, NULL, NULL, NULL, '["members"]', 3337, 'e822daa43b6341329593f4b00e2905f7', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (13, 1795763085602459, 'staff', 'patch', 'Group', 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 200, NULL, NULL, NULL, '["displayName"]', 2492, '4f54e878452f4e02a592623019a141ab', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (14, 1795763085606597, 'staff', 'patch', 'User', '237e0041-9bac-4027-a5f4-595a1a73d1a1', 200, NULL, NULL, NULL, '["roles"]', 3349, 'c650b825e4254c9d8140c29fe56fec52', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (15, 1795763085611407, 'staff', 'delete', 'User', '3769df04-0a58-4839-ad2e-d47ca7faa125', 204, NULL, NULL, NULL, NULL, 6725, '96ead2950bf142a2bdb52f5c5deef7fd', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (16, 1795763085619774, 'staff', 'delete', 'Group', 'e3bc64a2-8d11-4b40-a267-541338a006e6', 204, NULL, NULL, NULL, NULL, 2335, 'b44335aa1dc947adb051b642c9d29f29', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (17, 1795763085623469, 'staff', 'create', 'User', NULL, 409, 'uniqueness', 'another User has this userName', NULL, NULL, 1279, 'ed14a6e83fcf4c0eaba982d292c61d8c', 'name_taken', NULL, 'ann.éluard', NULL);
INSERT INTO scim_journal VALUES (18, 1795763085682147, 'staff', 'patch', 'User', '1b38e7e9-34e3-4063-a8a2-a603136eb759', 400, 'invalidPath', 'operation 1 (replace): the path is malformed', NULL, NULL, 1818, 'ff202a33d7a44d7ba7d33040af0b5d93', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (19, 1795763085709386, 'partners', 'create', 'User', 'b8aad988-d422-4f9e-9270-676f9a51c5a4', 201, NULL, NULL, NULL, '["userName", "externalId", "emails", "title", "active"]', 5064, '0a27c2580d494097a4123347a05ea4f0', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (20, 1795763085716493, 'partners', 'create', 'User', '197cb966-b036-4262-b005-59ba0835770f', 201, NULL, NULL, NULL, '["userName", "active"]', 6823, '199ed0fda5974e71a9bb8c1dd7389cac', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (21, 1795763085726484, 'partners', 'create', 'Group', 'bc8ddbe7-24d4-49b2-8f9f-d3a76c15d18c', 201, NULL, NULL, NULL, '["displayName", "members"]', 7792, '5613f8841abc44028a4b49d20f54349d', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (22, 1795763085736401, 'partners', 'delete', 'User', '197cb966-b036-4262-b005-59ba0835770f', 204, NULL, NULL, NULL, NULL, 4232, '08e515f5c25042958b1c1bce8e841859', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (23, 1795763085742316, 'partners', 'create', 'User', '7c6dfb76-fb1f-4253-9c93-709f2fe5e8b1', 201, NULL, NULL, NULL, '["userName", "externalId", "active"]', 2170, 'd92ea11e4c594d93a3862506b8466799', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (24, 1795763085750218, 'partners', 'create', 'User', '9c4cf297-e198-43a9-b355-4ad68ada7ff2', 201, NULL, NULL, NULL, '["userName", "externalId", "active"]', 2013, '04e9ec165f0a414a8742e0bab33e5ba1', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (25, 1795763085757615, 'partners', 'create', 'User', 'a56accb0-8a28-48e4-9e55-ae1b7ad45e74', 201, NULL, NULL, NULL, '["userName", "externalId", "active"]', 2608, '7daf10f0b69b412ba673640fb2a6a88e', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (26, 1795763085762674, 'partners', 'create', 'User', 'f3bc8fd6-87ff-4f73-bfca-fad0aa875f8c', 201, NULL, NULL, NULL, '["userName", "externalId", "active"]', 1837, '0e7bc79de1654aefa9429e463aa93c18', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (27, 1795763085770249, 'partners', 'create', 'User', '0f2df61b-1ebc-4b57-a40f-b8263ca23e05', 201, NULL, NULL, NULL, '["userName", "externalId", "active"]', 1571, '62fc5e2f53cb49ae846351f9180069b7', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (28, 1795763085773377, 'partners', 'create', 'User', 'b487407e-02d9-4e36-9c76-35de79b65aa0', 201, NULL, NULL, NULL, '["userName", "externalId", "active"]', 1538, '8a8bc040c6294b18b969297b3e7cd792', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (29, 1795763085779391, 'partners', 'create', 'User', '25974df6-7100-4230-9dfe-db8ba1b3c900', 201, NULL, NULL, NULL, '["userName", "externalId", "active"]', 1485, '1c30c05d15c6466bbda3ba3d4539d409', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (30, 1795763085782397, 'partners', 'create', 'User', '0930b4e4-fd57-45af-97b2-7c323b3f1675', 201, NULL, NULL, NULL, '["userName", "active"]', 1506, '4b35901ff0a2478c9dcc8c2cec012a20', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (31, 1795763085786197, 'partners', 'patch', 'User', '0930b4e4-fd57-45af-97b2-7c323b3f1675', 200, NULL, NULL, NULL, '["active"]', 2019, 'a888a36227ab47f185c57540f66b8de2', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (32, 1795763085793892, 'partners', 'create', 'User', 'aee8fcce-4ec7-4000-984f-10c2e9d9d182', 201, NULL, NULL, NULL, '["userName", "active"]', 1280, 'b02b89e93d4d468e8f4531a4c44dbaae', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (33, 1795763085796603, 'partners', 'delete', 'User', 'aee8fcce-4ec7-4000-984f-10c2e9d9d182', 204, NULL, NULL, NULL, NULL, 2932, 'a4c787b0606a400dadc32e43d7b77e8e', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (34, 1795763085800811, 'partners', 'create', 'Group', '864280e1-ae6d-4568-a20c-ed764bd2746e', 201, NULL, NULL, NULL, '["displayName"]', 1278, '0d9d7c6a5a3a40a099c35fe1d160ceb2', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (35, 1795763085803413, 'partners', 'create', 'Group', '28edd6f3-cac5-4b93-b5db-27af58bf35cb', 201, NULL, NULL, NULL, '["displayName"]', 1171, '911b30d059f6409590791ac1da32e5fb', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (36, 1795763085686608, 'staff', 'search', 'User', NULL, 200, NULL, NULL, NULL, NULL, 3244, '52edde7b568b4dc9a943d1238b5eb9a4', NULL, NULL, NULL, NULL);
INSERT INTO scim_journal VALUES (37, 1795763085690486, 'staff', 'get', 'User', '3769df04-0a58-4839-ad2e-d47ca7faa125', 404, NULL, 'no User has this id', NULL, NULL, 1743, 'ebbe606d4971464281ee6ee478cf9f69', NULL, NULL, NULL, NULL);
INSERT INTO scim_membership VALUES (6, 1, 1795763085560401);
INSERT INTO scim_membership VALUES (6, 2, 1795763085560401);
INSERT INTO scim_membership VALUES (7, 1, 1795763085570548);
INSERT INTO scim_membership VALUES (6, 5, 1795763085598071);
INSERT INTO scim_membership VALUES (12, 10, 1795763085728903);
INSERT INTO scim_resource VALUES (4, '1b38e7e9-34e3-4063-a8a2-a603136eb759', 1, 1, 0, 'dave', NULL, 'e-dave', 'Dave', true, 1, 1795763085550978, 1795763085550978, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dave","externalId":"e-dave","displayName":"Dave","title":"agent","active":true}');
INSERT INTO scim_resource VALUES (5, 'effc0e35-ecb9-4a9e-bca5-7d5d32534a52', 1, 1, 0, 'erin', NULL, NULL, 'Erin', true, 1, 1795763085555446, 1795763085555446, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"erin","displayName":"Erin","active":true}');
INSERT INTO scim_resource VALUES (8, 'a489c100-08bd-4286-8996-38e1beb36add', 2, 1, 1, 'personne', NULL, NULL, 'Personne', true, 1, 1795763085575961, 1795763085575961, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Personne"}');
INSERT INTO scim_resource VALUES (2, '5c0e1c2e-9f4a-43d6-839d-005e71778f81', 1, 1, 0, 'bob', 'b@w.example.org', 'e-bob', 'bob', false, 2, 1795763085531148, 1795763085584322, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","externalId":"e-bob","emails":[{"value":"bob@home.example.org"},{"value":"b@w.example.org","type":"work"}],"active":false}');
INSERT INTO scim_resource VALUES (13, '7c6dfb76-fb1f-4253-9c93-709f2fe5e8b1', 1, 2, 0, 'strasse', NULL, 'e-Straße', 'Straße', true, 1, 1795763085743078, 1795763085743078, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Straße","externalId":"e-Straße","active":true}');
INSERT INTO scim_resource VALUES (14, '9c4cf297-e198-43a9-b355-4ad68ada7ff2', 1, 2, 0, 'yves', NULL, 'e-yves', 'yves', true, 1, 1795763085750814, 1795763085750814, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yves","externalId":"e-yves","active":true}');
INSERT INTO scim_resource VALUES (1, '237e0041-9bac-4027-a5f4-595a1a73d1a1', 1, 1, 0, 'ann.éluard', 'ann@work.example.org', 'e-ann', 'Ann Éluard', true, 2, 1795763085505581, 1795763085607176, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"],"userName":"Ann.Éluard","externalId":"e-ann","displayName":"Ann Éluard","name":{"givenName":"Ann","familyName":"Éluard"},"emails":[{"value":"ann@home.example.org","type":"home"},{"value":"ann@other.example.org","type":"other"},{"value":"Ann@Work.example.org","type":"work","primary":true}],"phoneNumbers":[{"value":"+33 1 00","type":"work"},{"value":"+33 6 00","type":"mobile","primary":true}],"roles":[{"value":"editor"},{"value":"reader"},{"value":"chief","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"DSI","employeeNumber":"007"},"urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User":{"siret":"13002526500013"},"active":true}');
INSERT INTO scim_resource VALUES (7, 'e2f054f0-ae5e-471a-a4de-a7327fd1dfba', 2, 1, 1, 'agents', NULL, NULL, 'Agents', true, 2, 1795763085570548, 1795763085611848, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Agents"}');
INSERT INTO scim_resource VALUES (6, 'af9b868a-3dc2-4cbc-b9b1-d36f5e98b1a7', 2, 1, 1, 'élus du conseil', NULL, 'g-elus', 'Élus du conseil', true, 5, 1795763085560401, 1795763085611848, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus du conseil","externalId":"g-elus"}');
INSERT INTO scim_resource VALUES (3, '3769df04-0a58-4839-ad2e-d47ca7faa125', 1, 1, 0, 'carol', 'carol@example.org', 'e-carol', 'Carol', true, 2, 1795763085545442, 1795763085611848, 1795763085611848, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"carol","externalId":"e-carol","displayName":"Carol","emails":[{"value":"carol@example.org"}],"active":true}');
INSERT INTO scim_resource VALUES (9, 'e3bc64a2-8d11-4b40-a267-541338a006e6', 2, 1, 1, 'anciens', NULL, NULL, 'Anciens', true, 2, 1795763085579449, 1795763085620232, 1795763085620232, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Anciens"}');
INSERT INTO scim_resource VALUES (10, 'b8aad988-d422-4f9e-9270-676f9a51c5a4', 1, 2, 0, 'zoe', 'zoe@example.org', 'e-ann', 'zoe', true, 1, 1795763085711958, 1795763085711958, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoe","externalId":"e-ann","emails":[{"value":"zoe@example.org","type":"work"}],"title":"agent","active":true}');
INSERT INTO scim_resource VALUES (12, 'bc8ddbe7-24d4-49b2-8f9f-d3a76c15d18c', 2, 2, 2, 'élus', NULL, NULL, 'Élus', true, 2, 1795763085728903, 1795763085736868, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus"}');
INSERT INTO scim_resource VALUES (11, '197cb966-b036-4262-b005-59ba0835770f', 1, 2, 0, 'yan', NULL, NULL, 'yan', true, 2, 1795763085721452, 1795763085736868, 1795763085736868, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yan","active":true}');
INSERT INTO scim_resource VALUES (15, 'a56accb0-8a28-48e4-9e55-ae1b7ad45e74', 1, 2, 0, 'yves ', NULL, 'e-yves ', 'yves ', true, 1, 1795763085758202, 1795763085758202, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yves ","externalId":"e-yves ","active":true}');
INSERT INTO scim_resource VALUES (16, 'f3bc8fd6-87ff-4f73-bfca-fad0aa875f8c', 1, 2, 0, 'yv​es', NULL, 'e-yv​es', 'yv​es', true, 1, 1795763085763260, 1795763085763260, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yv​es","externalId":"e-yv​es","active":true}');
INSERT INTO scim_resource VALUES (17, '0f2df61b-1ebc-4b57-a40f-b8263ca23e05', 1, 2, 0, 'ｙves', NULL, 'e-ｙves', 'ｙves', true, 1, 1795763085770736, 1795763085770736, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ｙves","externalId":"e-ｙves","active":true}');
INSERT INTO scim_resource VALUES (18, 'b487407e-02d9-4e36-9c76-35de79b65aa0', 1, 2, 0, 'two  words', NULL, 'e-two  words', 'two  words', true, 1, 1795763085773856, 1795763085773856, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"two  words","externalId":"e-two  words","active":true}');
INSERT INTO scim_resource VALUES (19, '25974df6-7100-4230-9dfe-db8ba1b3c900', 1, 2, 0, 'zoë k', NULL, 'e-zoë k', 'zoë k', true, 1, 1795763085779839, 1795763085779839, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoë k","externalId":"e-zoë k","active":true}');
INSERT INTO scim_resource VALUES (20, '0930b4e4-fd57-45af-97b2-7c323b3f1675', 1, 2, 0, 'y v e s ', NULL, NULL, 'y v e s ', false, 2, 1795763085782840, 1795763085786651, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"y v e s ","active":false}');
INSERT INTO scim_resource VALUES (21, 'aee8fcce-4ec7-4000-984f-10c2e9d9d182', 1, 2, 0, 'yves  ', NULL, NULL, 'yves  ', true, 2, 1795763085794388, 1795763085796975, 1795763085796975, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yves  ","active":true}');
INSERT INTO scim_resource VALUES (22, '864280e1-ae6d-4568-a20c-ed764bd2746e', 2, 2, 2, 'mairie　centrale', NULL, NULL, 'Mairie　centrale', true, 1, 1795763085801336, 1795763085801336, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Mairie　centrale"}');
INSERT INTO scim_resource VALUES (23, '28edd6f3-cac5-4b93-b5db-27af58bf35cb', 2, 2, 2, 'mairie centrale', NULL, NULL, 'Mairie centrale', true, 1, 1795763085803840, 1795763085803840, NULL, '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Mairie centrale"}');
INSERT INTO scim_schema VALUES (5);
INSERT INTO scim_source VALUES (1, 'staff', 'keycloak', 'tolerant', 'https://sso.example.org/realms/staff', 'https://scim.example.org/scim/v2', NULL, '["web", "batch"]', true, 1795763080028699);
INSERT INTO scim_source VALUES (2, 'partners', 'okta', 'rfc', NULL, NULL, NULL, '[]', true, 1795763080727357);
INSERT INTO scim_source VALUES (3, 'former', 'generic', 'tolerant', NULL, NULL, NULL, '[]', false, 1795763081425156);
INSERT INTO scim_token VALUES ('c7274c7d', 3, '537cbf5ada4f9822fd25b43d80aa0fd0e29dd6d140e70b8983961ab929b1460d', 1795763084134709, 1803539084038568, NULL, NULL);
INSERT INTO scim_token VALUES ('dfac9ba2', 1, '40e23b8aa901c91b36ed8202d3af0a7455c9565a68ae4de6520789e417463a6d', 1795763082173812, NULL, NULL, 1795763085497362);
INSERT INTO scim_token VALUES ('41a525ec', 2, '41239e461b00b6c8773d5ca2eb84c9a0a780f1cf0f7179d2ae453544a6fdb248', 1795763083060367, NULL, NULL, 1795763085711309);
SELECT pg_catalog.setval('scim_change_seq_seq', 36, true);
SELECT pg_catalog.setval('scim_journal_seq_seq', 37, true);
SELECT pg_catalog.setval('scim_resource_pk_seq', 23, true);
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
CREATE INDEX scim_journal_named ON scim_journal USING btree (seq) WHERE (name IS NOT NULL);
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
