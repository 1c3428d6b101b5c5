-- Written by the receiver of commit 2762445 through tests/unit/store/releases/make.py; never edited.
-- What it holds is made up: people, addresses, tokens.
BEGIN TRANSACTION;
CREATE TABLE scim_attr_value (
	resource BIGINT NOT NULL, 
	path BIGINT NOT NULL, 
	element INTEGER NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (resource, path, element), 
	FOREIGN KEY(resource) REFERENCES scim_resource (pk)
)
 WITHOUT ROWID

;
INSERT INTO "scim_attr_value" VALUES(1,185347538817830690,0,'editor');
INSERT INTO "scim_attr_value" VALUES(1,185347538817830690,1,'reader');
INSERT INTO "scim_attr_value" VALUES(1,185347538817830690,2,'chief');
INSERT INTO "scim_attr_value" VALUES(1,1889633651789621609,0,'home');
INSERT INTO "scim_attr_value" VALUES(1,1889633651789621609,1,'other');
INSERT INTO "scim_attr_value" VALUES(1,1889633651789621609,2,'work');
INSERT INTO "scim_attr_value" VALUES(1,3128182767616796453,0,'ann éluard');
INSERT INTO "scim_attr_value" VALUES(1,3284001957107361101,0,'007');
INSERT INTO "scim_attr_value" VALUES(1,3751297057382881233,2,'true');
INSERT INTO "scim_attr_value" VALUES(1,4184188331826430811,0,'ann@home.example.org');
INSERT INTO "scim_attr_value" VALUES(1,4184188331826430811,1,'ann@other.example.org');
INSERT INTO "scim_attr_value" VALUES(1,4184188331826430811,2,'ann@work.example.org');
INSERT INTO "scim_attr_value" VALUES(1,4343580233827303995,0,'ann');
INSERT INTO "scim_attr_value" VALUES(1,4723693397004368777,0,'éluard');
INSERT INTO "scim_attr_value" VALUES(1,4977649664411123047,0,'13002526500013');
INSERT INTO "scim_attr_value" VALUES(1,7678140921072342861,2,'true');
INSERT INTO "scim_attr_value" VALUES(1,7851128856321701423,0,'work');
INSERT INTO "scim_attr_value" VALUES(1,7851128856321701423,1,'mobile');
INSERT INTO "scim_attr_value" VALUES(1,8206101619735065411,0,'+33 1 00');
INSERT INTO "scim_attr_value" VALUES(1,8206101619735065411,1,'+33 6 00');
INSERT INTO "scim_attr_value" VALUES(1,8470494084526579508,0,'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User');
INSERT INTO "scim_attr_value" VALUES(1,8470494084526579508,1,'urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User');
INSERT INTO "scim_attr_value" VALUES(1,8593070656858857909,1,'true');
INSERT INTO "scim_attr_value" VALUES(1,8855060066729045416,0,'dsi');
INSERT INTO "scim_attr_value" VALUES(2,1889633651789621609,1,'work');
INSERT INTO "scim_attr_value" VALUES(2,4184188331826430811,0,'bob@home.example.org');
INSERT INTO "scim_attr_value" VALUES(2,4184188331826430811,1,'b@w.example.org');
INSERT INTO "scim_attr_value" VALUES(4,3128182767616796453,0,'dave');
INSERT INTO "scim_attr_value" VALUES(4,8851707952236321627,0,'agent');
INSERT INTO "scim_attr_value" VALUES(5,3128182767616796453,0,'erin');
INSERT INTO "scim_attr_value" VALUES(10,1889633651789621609,0,'work');
INSERT INTO "scim_attr_value" VALUES(10,4184188331826430811,0,'zoe@example.org');
INSERT INTO "scim_attr_value" VALUES(10,8851707952236321627,0,'agent');
CREATE TABLE scim_change (
	seq INTEGER NOT NULL, 
	time BIGINT NOT NULL, 
	source INTEGER NOT NULL, 
	type VARCHAR(50) NOT NULL, 
	resource VARCHAR(36) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	version INTEGER NOT NULL, 
	paths TEXT NOT NULL, 
	request_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "scim_change" VALUES(1,1795659337752952,1,'User','586926b8-6e3a-48ff-9f7f-7893271411ec','create',1,'["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]','f5f7f21027b34737b2dab2eeec3bbc8b');
INSERT INTO "scim_change" VALUES(2,1795659337846215,1,'User','1da100fd-6edc-4981-a060-76218fd1bde6','create',1,'["userName", "externalId", "emails", "active"]','9ded956e85554d7d9bf56bfa51cf9f53');
INSERT INTO "scim_change" VALUES(3,1795659337873088,1,'User','c74147e8-b489-460e-86de-9c9e39388677','create',1,'["userName", "externalId", "displayName", "emails", "active"]','a53b9d509beb4867af126ced5f606b45');
INSERT INTO "scim_change" VALUES(4,1795659337914312,1,'User','fe5bfaac-073a-4541-be38-26a95893f554','create',1,'["userName", "externalId", "displayName", "title", "active"]','c8e9aeb6dcf3412f82fede889bf76ae3');
INSERT INTO "scim_change" VALUES(5,1795659337977247,1,'User','59fd21e3-0918-4251-8b68-9b9e9f1597fa','create',1,'["userName", "displayName", "active"]','f4ad8374ad8748bda7906f4f64caa4b0');
INSERT INTO "scim_change" VALUES(6,1795659338042703,1,'Group','f8ac3672-f26d-4d36-a468-ae76d794a2a8','create',1,'["displayName", "externalId"]','affb7eaca30949c29b7baf9aeeee974a');
INSERT INTO "scim_change" VALUES(7,1795659338179447,1,'Group','aa3679be-cffe-480f-b7dc-ea464ca3ee08','create',1,'["displayName"]','8b27c29d4e31466996c31884fdbe987f');
INSERT INTO "scim_change" VALUES(8,1795659338224619,1,'Group','b8a99aba-cfbc-49bc-b509-5585ddeff067','create',1,'["displayName"]','94c41739a6484437a20837cad168a1b1');
INSERT INTO "scim_change" VALUES(9,1795659338260535,1,'Group','5bd29a6d-ed09-4366-ac48-399a90a33b9c','create',1,'["displayName"]','f1d364b6a35d4a0b9968f66ad1148825');
INSERT INTO "scim_change" VALUES(10,1795659338332315,1,'User','1da100fd-6edc-4981-a060-76218fd1bde6','patch',2,'["active"]','453a80ba52664fbba99b608b03002986');
INSERT INTO "scim_change" VALUES(11,1795659338392706,1,'Group','f8ac3672-f26d-4d36-a468-ae76d794a2a8','patch',2,'["members"]','c6a2f8e61882448fa9f9a2b24b791cfe');
INSERT INTO "scim_change" VALUES(12,1795659338438332,1,'Group','f8ac3672-f26d-4d36-a468-ae76d794a2a8','patch',3,'["members"]','9e107031e0c94fbe89e7b728a7271303');
INSERT INTO "scim_change" VALUES(13,1795659338501093,1,'Group','f8ac3672-f26d-4d36-a468-ae76d794a2a8','patch',4,'["displayName"]','afaef56e0f2b40218c0288d83841d33d');
INSERT INTO "scim_change" VALUES(14,1795659338566008,1,'User','586926b8-6e3a-48ff-9f7f-7893271411ec','patch',2,'["roles"]','72f133a0f2914677a631cf93df9dfd85');
INSERT INTO "scim_change" VALUES(15,1795659338613496,1,'User','c74147e8-b489-460e-86de-9c9e39388677','delete',1,'[]','11d2e5e696c94ea3a5ee571f52558e03');
INSERT INTO "scim_change" VALUES(16,1795659338661533,1,'Group','5bd29a6d-ed09-4366-ac48-399a90a33b9c','delete',1,'[]','9a2e8636f1314b0aa59aa6e582666151');
INSERT INTO "scim_change" VALUES(17,1795659339128886,2,'User','cd080a29-d1f4-45bb-8c23-d43e3cf234b6','create',1,'["userName", "externalId", "emails", "title", "active"]','a1ae5dd318024de180368f0e2209b50e');
INSERT INTO "scim_change" VALUES(18,1795659339150363,2,'User','9a644bbb-1ec8-46e8-9b11-03f6f95c8cd0','create',1,'["userName", "active"]','6631bf2d864946b8916a32570306ee05');
INSERT INTO "scim_change" VALUES(19,1795659339181959,2,'Group','f8254c31-21d5-4806-b978-e615ad7d5847','create',1,'["displayName"]','0faef4d96e18485a96660a221e715d14');
INSERT INTO "scim_change" VALUES(20,1795659339222732,2,'User','9a644bbb-1ec8-46e8-9b11-03f6f95c8cd0','delete',1,'[]','75faf796b6bc4093848f258d6453be11');
CREATE TABLE scim_counter (
	source INTEGER NOT NULL, 
	type VARCHAR(50) NOT NULL, 
	live BIGINT NOT NULL, 
	generation BIGINT NOT NULL, 
	PRIMARY KEY (source, type), 
	FOREIGN KEY(source) REFERENCES scim_source (id)
);
INSERT INTO "scim_counter" VALUES(1,'User',4,6);
INSERT INTO "scim_counter" VALUES(1,'Group',3,5);
INSERT INTO "scim_counter" VALUES(2,'User',1,3);
INSERT INTO "scim_counter" VALUES(2,'Group',1,1);
CREATE TABLE scim_former_member (
	member_pk BIGINT NOT NULL, 
	PRIMARY KEY (member_pk)
)
 WITHOUT ROWID

;
INSERT INTO "scim_former_member" VALUES(1);
INSERT INTO "scim_former_member" VALUES(4);
INSERT INTO "scim_former_member" VALUES(5);
CREATE TABLE scim_journal (
	seq INTEGER NOT NULL, 
	time BIGINT NOT NULL, 
	source VARCHAR(100), 
	operation VARCHAR(20) NOT NULL, 
	target_type VARCHAR(50), 
	target_id VARCHAR(36), 
	status SMALLINT NOT NULL, 
	scim_type VARCHAR(30), 
	detail TEXT, 
	dropped TEXT, 
	changed TEXT, 
	duration BIGINT NOT NULL, 
	request_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "scim_journal" VALUES(1,1795659337694432,'staff','create','User','586926b8-6e3a-48ff-9f7f-7893271411ec',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]',99133,'f5f7f21027b34737b2dab2eeec3bbc8b');
INSERT INTO "scim_journal" VALUES(2,1795659337834230,'staff','create','User','1da100fd-6edc-4981-a060-76218fd1bde6',201,NULL,NULL,NULL,'["userName", "externalId", "emails", "active"]',13049,'9ded956e85554d7d9bf56bfa51cf9f53');
INSERT INTO "scim_journal" VALUES(3,1795659337865651,'staff','create','User','c74147e8-b489-460e-86de-9c9e39388677',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "emails", "active"]',9000,'a53b9d509beb4867af126ced5f606b45');
INSERT INTO "scim_journal" VALUES(4,1795659337901120,'staff','create','User','fe5bfaac-073a-4541-be38-26a95893f554',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "title", "active"]',14800,'c8e9aeb6dcf3412f82fede889bf76ae3');
INSERT INTO "scim_journal" VALUES(5,1795659337949414,'staff','create','User','59fd21e3-0918-4251-8b68-9b9e9f1597fa',201,NULL,NULL,NULL,'["userName", "displayName", "active"]',30208,'f4ad8374ad8748bda7906f4f64caa4b0');
INSERT INTO "scim_journal" VALUES(6,1795659338033501,'staff','create','Group','f8ac3672-f26d-4d36-a468-ae76d794a2a8',201,NULL,NULL,NULL,'["displayName", "externalId"]',103938,'affb7eaca30949c29b7baf9aeeee974a');
INSERT INTO "scim_journal" VALUES(7,1795659338166049,'staff','create','Group','aa3679be-cffe-480f-b7dc-ea464ca3ee08',201,NULL,NULL,NULL,'["displayName"]',17931,'8b27c29d4e31466996c31884fdbe987f');
INSERT INTO "scim_journal" VALUES(8,1795659338221319,'staff','create','Group','b8a99aba-cfbc-49bc-b509-5585ddeff067',201,NULL,NULL,NULL,'["displayName"]',4568,'94c41739a6484437a20837cad168a1b1');
INSERT INTO "scim_journal" VALUES(9,1795659338248484,'staff','create','Group','5bd29a6d-ed09-4366-ac48-399a90a33b9c',201,NULL,NULL,NULL,'["displayName"]',15254,'f1d364b6a35d4a0b9968f66ad1148825');
INSERT INTO "scim_journal" VALUES(10,1795659338324536,'staff','patch','User','1da100fd-6edc-4981-a060-76218fd1bde6',200,NULL,NULL,NULL,'["active"]',39196,'453a80ba52664fbba99b608b03002986');
INSERT INTO "scim_journal" VALUES(11,1795659338382380,'staff','patch','Group','f8ac3672-f26d-4d36-a468-ae76d794a2a8',200,NULL,NULL,NULL,'["members"]',17776,'c6a2f8e61882448fa9f9a2b24b791cfe');
INSERT INTO "scim_journal" VALUES(12,1795659338429786,'staff','patch','Group','f8ac3672-f26d-4d36-a468-ae76d794a2a8',200,NULL,NULL,NULL,'["members"]',25212,'9e107031e0c94fbe89e7b728a7271303');
INSERT INTO "scim_journal" VALUES(13,1795659338491670,'staff','patch','Group','f8ac3672-f26d-4d36-a468-ae76d794a2a8',200,NULL,NULL,NULL,'["displayName"]',26407,'afaef56e0f2b40218c0288d83841d33d');
INSERT INTO "scim_journal" VALUES(14,1795659338561371,'staff','patch','User','586926b8-6e3a-48ff-9f7f-7893271411ec',200,NULL,NULL,NULL,'["roles"]',16932,'72f133a0f2914677a631cf93df9dfd85');
INSERT INTO "scim_journal" VALUES(15,1795659338607836,'staff','delete','User','c74147e8-b489-460e-86de-9c9e39388677',204,NULL,NULL,NULL,NULL,27862,'11d2e5e696c94ea3a5ee571f52558e03');
INSERT INTO "scim_journal" VALUES(16,1795659338660656,'staff','delete','Group','5bd29a6d-ed09-4366-ac48-399a90a33b9c',204,NULL,NULL,NULL,NULL,20994,'9a2e8636f1314b0aa59aa6e582666151');
INSERT INTO "scim_journal" VALUES(17,1795659338701647,'staff','create','User',NULL,409,'uniqueness','another User has this userName',NULL,NULL,12450,'b461d6c154cf4869afdd41ae5c3d7686');
INSERT INTO "scim_journal" VALUES(18,1795659338855546,'staff','patch','User','fe5bfaac-073a-4541-be38-26a95893f554',400,'invalidPath','operation 1 (replace): the path is malformed',NULL,NULL,11405,'aada01569f8c44f591e554366136e6f8');
INSERT INTO "scim_journal" VALUES(19,1795659338893443,'staff','search','User',NULL,200,NULL,NULL,NULL,NULL,16562,'a81ceeaa50a0453084e901d5517eac2f');
INSERT INTO "scim_journal" VALUES(20,1795659338921963,'staff','get','User','c74147e8-b489-460e-86de-9c9e39388677',404,NULL,'no User has this id',NULL,NULL,32335,'8b2cbe80fd5d425b939703f5f8d63704');
INSERT INTO "scim_journal" VALUES(21,1795659339111667,'partners','create','User','cd080a29-d1f4-45bb-8c23-d43e3cf234b6',201,NULL,NULL,NULL,'["userName", "externalId", "emails", "title", "active"]',18307,'a1ae5dd318024de180368f0e2209b50e');
INSERT INTO "scim_journal" VALUES(22,1795659339148999,'partners','create','User','9a644bbb-1ec8-46e8-9b11-03f6f95c8cd0',201,NULL,NULL,NULL,'["userName", "active"]',2541,'6631bf2d864946b8916a32570306ee05');
INSERT INTO "scim_journal" VALUES(23,1795659339174013,'partners','create','Group','f8254c31-21d5-4806-b978-e615ad7d5847',201,NULL,NULL,NULL,'["displayName"]',15627,'0faef4d96e18485a96660a221e715d14');
INSERT INTO "scim_journal" VALUES(24,1795659339221685,'partners','delete','User','9a644bbb-1ec8-46e8-9b11-03f6f95c8cd0',204,NULL,NULL,NULL,NULL,6552,'75faf796b6bc4093848f258d6453be11');
CREATE TABLE scim_membership (
	group_pk BIGINT NOT NULL, 
	member_pk BIGINT NOT NULL, 
	added BIGINT NOT NULL, 
	PRIMARY KEY (group_pk, member_pk), 
	FOREIGN KEY(group_pk) REFERENCES scim_resource (pk), 
	FOREIGN KEY(member_pk) REFERENCES scim_resource (pk)
)
 WITHOUT ROWID

;
INSERT INTO "scim_membership" VALUES(6,1,1795659338042703);
INSERT INTO "scim_membership" VALUES(6,2,1795659338042703);
INSERT INTO "scim_membership" VALUES(6,5,1795659338438332);
INSERT INTO "scim_membership" VALUES(7,1,1795659338179447);
INSERT INTO "scim_membership" VALUES(12,10,1795659339181959);
CREATE TABLE scim_resource (
	pk INTEGER NOT NULL, 
	id VARCHAR(36) NOT NULL, 
	type VARCHAR(50) NOT NULL, 
	source INTEGER NOT NULL, 
	scope INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	mail_key TEXT, 
	external_id TEXT, 
	display TEXT, 
	active BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	created BIGINT NOT NULL, 
	modified BIGINT NOT NULL, 
	deleted BIGINT, 
	document TEXT NOT NULL, 
	PRIMARY KEY (pk), 
	UNIQUE (id), 
	FOREIGN KEY(source) REFERENCES scim_source (id)
);
INSERT INTO "scim_resource" VALUES(1,'586926b8-6e3a-48ff-9f7f-7893271411ec','User',1,0,'ann.éluard','ann@work.example.org','e-ann','Ann Éluard',1,2,1795659337752952,1795659338566008,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"],"userName":"Ann.Éluard","externalId":"e-ann","displayName":"Ann Éluard","name":{"givenName":"Ann","familyName":"Éluard"},"emails":[{"value":"ann@home.example.org","type":"home"},{"value":"ann@other.example.org","type":"other"},{"value":"Ann@Work.example.org","type":"work","primary":true}],"phoneNumbers":[{"value":"+33 1 00","type":"work"},{"value":"+33 6 00","type":"mobile","primary":true}],"roles":[{"value":"editor"},{"value":"reader"},{"value":"chief","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"DSI","employeeNumber":"007"},"urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User":{"siret":"13002526500013"},"active":true}');
INSERT INTO "scim_resource" VALUES(2,'1da100fd-6edc-4981-a060-76218fd1bde6','User',1,0,'bob','b@w.example.org','e-bob','bob',0,2,1795659337846215,1795659338332315,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","externalId":"e-bob","emails":[{"value":"bob@home.example.org"},{"value":"b@w.example.org","type":"work"}],"active":false}');
INSERT INTO "scim_resource" VALUES(3,'c74147e8-b489-460e-86de-9c9e39388677','User',1,0,'carol','carol@example.org','e-carol','Carol',1,1,1795659337873088,1795659338613496,1795659338613496,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"carol","externalId":"e-carol","displayName":"Carol","emails":[{"value":"carol@example.org"}],"active":true}');
INSERT INTO "scim_resource" VALUES(4,'fe5bfaac-073a-4541-be38-26a95893f554','User',1,0,'dave',NULL,'e-dave','Dave',1,1,1795659337914312,1795659337914312,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dave","externalId":"e-dave","displayName":"Dave","title":"agent","active":true}');
INSERT INTO "scim_resource" VALUES(5,'59fd21e3-0918-4251-8b68-9b9e9f1597fa','User',1,0,'erin',NULL,NULL,'Erin',1,1,1795659337977247,1795659337977247,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"erin","displayName":"Erin","active":true}');
INSERT INTO "scim_resource" VALUES(6,'f8ac3672-f26d-4d36-a468-ae76d794a2a8','Group',1,1,'élus du conseil',NULL,'g-elus','Élus du conseil',1,5,1795659338042703,1795659338613496,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus du conseil","externalId":"g-elus"}');
INSERT INTO "scim_resource" VALUES(7,'aa3679be-cffe-480f-b7dc-ea464ca3ee08','Group',1,1,'agents',NULL,NULL,'Agents',1,2,1795659338179447,1795659338613496,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Agents"}');
INSERT INTO "scim_resource" VALUES(8,'b8a99aba-cfbc-49bc-b509-5585ddeff067','Group',1,1,'personne',NULL,NULL,'Personne',1,1,1795659338224619,1795659338224619,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Personne"}');
INSERT INTO "scim_resource" VALUES(9,'5bd29a6d-ed09-4366-ac48-399a90a33b9c','Group',1,1,'anciens',NULL,NULL,'Anciens',1,1,1795659338260535,1795659338661533,1795659338661533,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Anciens"}');
INSERT INTO "scim_resource" VALUES(10,'cd080a29-d1f4-45bb-8c23-d43e3cf234b6','User',2,0,'zoe','zoe@example.org','e-ann','zoe',1,1,1795659339128886,1795659339128886,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoe","externalId":"e-ann","emails":[{"value":"zoe@example.org","type":"work"}],"title":"agent","active":true}');
INSERT INTO "scim_resource" VALUES(11,'9a644bbb-1ec8-46e8-9b11-03f6f95c8cd0','User',2,0,'yan',NULL,NULL,'yan',1,1,1795659339150363,1795659339222732,1795659339222732,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yan","active":true}');
INSERT INTO "scim_resource" VALUES(12,'f8254c31-21d5-4806-b978-e615ad7d5847','Group',2,2,'élus',NULL,NULL,'Élus',1,2,1795659339181959,1795659339222732,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus"}');
CREATE TABLE scim_schema (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "scim_schema" VALUES(2);
CREATE TABLE scim_source (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	dialect VARCHAR(50) NOT NULL, 
	strictness VARCHAR(20) NOT NULL, 
	issuer VARCHAR(500), 
	audience VARCHAR(500), 
	jwks_url VARCHAR(500), 
	azp TEXT DEFAULT '[]' NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	created BIGINT NOT NULL, 
	UNIQUE (name), 
	UNIQUE (issuer)
);
INSERT INTO "scim_source" VALUES(1,'staff','keycloak','tolerant','https://sso.example.org/realms/staff','https://scim.example.org/scim/v2',NULL,'["web", "batch"]',1,1795659306540170);
INSERT INTO "scim_source" VALUES(2,'partners','okta','rfc',NULL,NULL,NULL,'[]',1,1795659311191608);
INSERT INTO "scim_source" VALUES(3,'former','generic','tolerant',NULL,NULL,NULL,'[]',0,1795659316619292);
CREATE TABLE scim_token (
	id VARCHAR(16) NOT NULL, 
	source INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	created BIGINT NOT NULL, 
	expires BIGINT, 
	revoked BIGINT, 
	last_used BIGINT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(source) REFERENCES scim_source (id), 
	UNIQUE (digest)
);
INSERT INTO "scim_token" VALUES('f5c6e073',1,'ef5c72570986834b4a2586daeff01cf16412641ea97ecf336c7e4d006ca3aafa',1795659321146331,NULL,NULL,1795659337726814);
INSERT INTO "scim_token" VALUES('c097e21a',2,'a1a1576382011a6b67f5929d3c255ab337964959b374f7c0219591f4a2335656',1795659325731488,NULL,NULL,1795659339114348);
INSERT INTO "scim_token" VALUES('3d66c0e0',3,'77c71ba565265903f2b4486e897154cfdd65797830c8a89e9d5b0f49eea6cf0a',1795659329414521,1803435329379423,NULL,NULL);
CREATE INDEX ix_scim_change_resource ON scim_change (resource);
CREATE INDEX ix_scim_journal_time ON scim_journal (time);
CREATE INDEX ix_scim_journal_target_id ON scim_journal (target_id);
CREATE INDEX ix_scim_journal_request_id ON scim_journal (request_id);
CREATE INDEX ix_scim_token_source ON scim_token (source);
CREATE UNIQUE INDEX scim_resource_key ON scim_resource (type, scope, "key") WHERE deleted IS NULL;
CREATE INDEX scim_resource_page ON scim_resource (source, type, pk) WHERE deleted IS NULL;
CREATE UNIQUE INDEX scim_resource_external_id ON scim_resource (source, type, external_id) WHERE deleted IS NULL;
CREATE UNIQUE INDEX scim_resource_mail ON scim_resource (type, mail_key) WHERE deleted IS NULL;
CREATE INDEX scim_attr_value_value ON scim_attr_value (path, substr(value, 1, 200), resource);
CREATE INDEX scim_membership_member ON scim_membership (member_pk, group_pk);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('scim_source',3);
COMMIT;
