-- Written by the receiver of commit 539d3cb through tests/unit/store/releases/make.py; never edited.
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
INSERT INTO "scim_attr_value" VALUES(1,185347538817830690,0,'chief');
INSERT INTO "scim_attr_value" VALUES(1,185347538817830690,1,'editor');
INSERT INTO "scim_attr_value" VALUES(1,185347538817830690,2,'reader');
INSERT INTO "scim_attr_value" VALUES(1,1889633651789621609,0,'work');
INSERT INTO "scim_attr_value" VALUES(1,1889633651789621609,1,'home');
INSERT INTO "scim_attr_value" VALUES(1,1889633651789621609,2,'other');
INSERT INTO "scim_attr_value" VALUES(1,3128182767616796453,0,'ann éluard');
INSERT INTO "scim_attr_value" VALUES(1,3284001957107361101,0,'007');
INSERT INTO "scim_attr_value" VALUES(1,3751297057382881233,0,'true');
INSERT INTO "scim_attr_value" VALUES(1,4184188331826430811,0,'ann@work.example.org');
INSERT INTO "scim_attr_value" VALUES(1,4184188331826430811,1,'ann@home.example.org');
INSERT INTO "scim_attr_value" VALUES(1,4184188331826430811,2,'ann@other.example.org');
INSERT INTO "scim_attr_value" VALUES(1,4343580233827303995,0,'ann');
INSERT INTO "scim_attr_value" VALUES(1,4723693397004368777,0,'éluard');
INSERT INTO "scim_attr_value" VALUES(1,4977649664411123047,0,'13002526500013');
INSERT INTO "scim_attr_value" VALUES(1,7678140921072342861,0,'true');
INSERT INTO "scim_attr_value" VALUES(1,7851128856321701423,0,'mobile');
INSERT INTO "scim_attr_value" VALUES(1,7851128856321701423,1,'work');
INSERT INTO "scim_attr_value" VALUES(1,8206101619735065411,0,'+33 6 00');
INSERT INTO "scim_attr_value" VALUES(1,8206101619735065411,1,'+33 1 00');
INSERT INTO "scim_attr_value" VALUES(1,8470494084526579508,0,'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User');
INSERT INTO "scim_attr_value" VALUES(1,8470494084526579508,1,'urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User');
INSERT INTO "scim_attr_value" VALUES(1,8593070656858857909,0,'true');
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
	type SMALLINT NOT NULL, 
	resource VARCHAR(36) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	version INTEGER NOT NULL, 
	paths TEXT NOT NULL, 
	request_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "scim_change" VALUES(1,1795678342637592,1,1,'b114be29-d4c1-42d5-a21c-7e4242e5accc','create',1,'["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]','0413cce0bc7c463ba342fb5678fda215');
INSERT INTO "scim_change" VALUES(2,1795678342660633,1,1,'e94de968-99c0-49cb-97e8-1825175ae7fe','create',1,'["userName", "externalId", "emails", "active"]','239b8b401e9b4a7396df3f78df701b65');
INSERT INTO "scim_change" VALUES(3,1795678342668694,1,1,'1cebde18-e0c3-4eac-86d3-b537829a92d3','create',1,'["userName", "externalId", "displayName", "emails", "active"]','ed93cd186e0f42e298faed732408ec59');
INSERT INTO "scim_change" VALUES(4,1795678342676512,1,1,'ee72e49c-0b52-46cb-8805-136fc1783857','create',1,'["userName", "externalId", "displayName", "title", "active"]','e1faa129b81c4f7cb233a1ddd60e67a9');
INSERT INTO "scim_change" VALUES(5,1795678342684313,1,1,'4614d43d-26d1-4960-9d47-841df4013a6d','create',1,'["userName", "displayName", "active"]','b771f63c00234c9483426f0051dfbc8a');
INSERT INTO "scim_change" VALUES(6,1795678342693893,1,2,'3db2f843-52fe-45ce-b295-4d8caede3236','create',1,'["displayName", "externalId", "members"]','e10039d3b07c47a18f1b3fbd3bba9b1c');
INSERT INTO "scim_change" VALUES(7,1795678342711451,1,2,'0f887712-da1c-4e81-9d51-9ea0b9af72c0','create',1,'["displayName", "members"]','763e895b29d9438da24b1bad75c70045');
INSERT INTO "scim_change" VALUES(8,1795678342718234,1,2,'93144c9b-7054-4f80-9a84-9b0f2475f641','create',1,'["displayName"]','a8b0a6e2a20c449c835b1a19fcbe3f4c');
INSERT INTO "scim_change" VALUES(9,1795678342722674,1,2,'17a1fa2d-6a27-4d97-ad27-5a8c5a4e7560','create',1,'["displayName", "members"]','6aafa04afd11469fa77c8ca0650097f3');
INSERT INTO "scim_change" VALUES(10,1795678342733660,1,1,'e94de968-99c0-49cb-97e8-1825175ae7fe','patch',2,'["active"]','4504fa248ec44505844b8d0b92ab3e28');
INSERT INTO "scim_change" VALUES(11,1795678342739528,1,2,'3db2f843-52fe-45ce-b295-4d8caede3236','patch',2,'["members"]','7b307e4f75f74e8e9da5552279d142f5');
INSERT INTO "scim_change" VALUES(12,1795678342748791,1,2,'3db2f843-52fe-45ce-b295-4d8caede3236','patch',3,'["members"]','0de45aa6947a45cf87d8e8aea1476f83');
INSERT INTO "scim_change" VALUES(13,1795678342754550,1,2,'3db2f843-52fe-45ce-b295-4d8caede3236','patch',4,'["displayName"]','19c16d7dce474a53a2a095f3b826a339');
INSERT INTO "scim_change" VALUES(14,1795678342759017,1,1,'b114be29-d4c1-42d5-a21c-7e4242e5accc','patch',2,'["roles"]','ba0fdbd701054ea08c0a46e0875b7c67');
INSERT INTO "scim_change" VALUES(15,1795678342763936,1,2,'3db2f843-52fe-45ce-b295-4d8caede3236','patch',5,'["members"]','5d7ac9f415d14217a0fcc03a3c4a85ad');
INSERT INTO "scim_change" VALUES(16,1795678342763936,1,2,'0f887712-da1c-4e81-9d51-9ea0b9af72c0','patch',2,'["members"]','5d7ac9f415d14217a0fcc03a3c4a85ad');
INSERT INTO "scim_change" VALUES(17,1795678342763936,1,1,'1cebde18-e0c3-4eac-86d3-b537829a92d3','delete',2,'[]','5d7ac9f415d14217a0fcc03a3c4a85ad');
INSERT INTO "scim_change" VALUES(18,1795678342773125,1,2,'17a1fa2d-6a27-4d97-ad27-5a8c5a4e7560','delete',2,'[]','43d34ec526ec4c6baf909c87473bcb23');
INSERT INTO "scim_change" VALUES(19,1795678342912906,2,1,'807f2649-a824-41e9-b892-3b12f1bd55f3','create',1,'["userName", "externalId", "emails", "title", "active"]','7e8bea0af3dd40219f9a29af0e67f486');
INSERT INTO "scim_change" VALUES(20,1795678342918231,2,1,'be46ca9d-e77b-4a8a-8533-267b03b2bb0a','create',1,'["userName", "active"]','8ef35486a1d043f4b5faed242c08250d');
INSERT INTO "scim_change" VALUES(21,1795678342922560,2,2,'44f6dc88-c434-4a1e-a7f0-7b864db7a371','create',1,'["displayName", "members"]','d9cb36a7968641e48f435fdb8bfc3182');
INSERT INTO "scim_change" VALUES(22,1795678342934110,2,2,'44f6dc88-c434-4a1e-a7f0-7b864db7a371','patch',2,'["members"]','c0be213fc2454d83b1d7091106806460');
INSERT INTO "scim_change" VALUES(23,1795678342934110,2,1,'be46ca9d-e77b-4a8a-8533-267b03b2bb0a','delete',2,'[]','c0be213fc2454d83b1d7091106806460');
CREATE TABLE scim_counter (
	source INTEGER NOT NULL, 
	type SMALLINT NOT NULL, 
	live BIGINT NOT NULL, 
	generation BIGINT NOT NULL, 
	PRIMARY KEY (source, type), 
	FOREIGN KEY(source) REFERENCES scim_source (id)
);
INSERT INTO "scim_counter" VALUES(1,1,4,6);
INSERT INTO "scim_counter" VALUES(1,2,3,5);
INSERT INTO "scim_counter" VALUES(2,1,1,3);
INSERT INTO "scim_counter" VALUES(2,2,1,1);
CREATE TABLE scim_former_membership (
	member_pk BIGINT NOT NULL, 
	group_pk BIGINT NOT NULL, 
	added BIGINT NOT NULL, 
	ended BIGINT NOT NULL, 
	PRIMARY KEY (member_pk, group_pk)
)
 WITHOUT ROWID

;
INSERT INTO "scim_former_membership" VALUES(1,9,1795678342722674,1795678342773125);
INSERT INTO "scim_former_membership" VALUES(3,6,1795678342693893,1795678342763936);
INSERT INTO "scim_former_membership" VALUES(3,7,1795678342711451,1795678342763936);
INSERT INTO "scim_former_membership" VALUES(4,6,1795678342693893,1795678342739528);
INSERT INTO "scim_former_membership" VALUES(5,9,1795678342722674,1795678342773125);
INSERT INTO "scim_former_membership" VALUES(11,12,1795678342922560,1795678342934110);
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
INSERT INTO "scim_journal" VALUES(1,1795678342629320,'staff','create','User','b114be29-d4c1-42d5-a21c-7e4242e5accc',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]',18314,'0413cce0bc7c463ba342fb5678fda215');
INSERT INTO "scim_journal" VALUES(2,1795678342659832,'staff','create','User','e94de968-99c0-49cb-97e8-1825175ae7fe',201,NULL,NULL,NULL,'["userName", "externalId", "emails", "active"]',1276,'239b8b401e9b4a7396df3f78df701b65');
INSERT INTO "scim_journal" VALUES(3,1795678342667569,'staff','create','User','1cebde18-e0c3-4eac-86d3-b537829a92d3',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "emails", "active"]',1665,'ed93cd186e0f42e298faed732408ec59');
INSERT INTO "scim_journal" VALUES(4,1795678342675555,'staff','create','User','ee72e49c-0b52-46cb-8805-136fc1783857',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "title", "active"]',1435,'e1faa129b81c4f7cb233a1ddd60e67a9');
INSERT INTO "scim_journal" VALUES(5,1795678342683355,'staff','create','User','4614d43d-26d1-4960-9d47-841df4013a6d',201,NULL,NULL,NULL,'["userName", "displayName", "active"]',1471,'b771f63c00234c9483426f0051dfbc8a');
INSERT INTO "scim_journal" VALUES(6,1795678342691668,'staff','create','Group','3db2f843-52fe-45ce-b295-4d8caede3236',201,NULL,NULL,NULL,'["displayName", "externalId", "members"]',10595,'e10039d3b07c47a18f1b3fbd3bba9b1c');
INSERT INTO "scim_journal" VALUES(7,1795678342710373,'staff','create','Group','0f887712-da1c-4e81-9d51-9ea0b9af72c0',201,NULL,NULL,NULL,'["displayName", "members"]',3196,'763e895b29d9438da24b1bad75c70045');
INSERT INTO "scim_journal" VALUES(8,1795678342717309,'staff','create','Group','93144c9b-7054-4f80-9a84-9b0f2475f641',201,NULL,NULL,NULL,'["displayName"]',1348,'a8b0a6e2a20c449c835b1a19fcbe3f4c');
INSERT INTO "scim_journal" VALUES(9,1795678342722096,'staff','create','Group','17a1fa2d-6a27-4d97-ad27-5a8c5a4e7560',201,NULL,NULL,NULL,'["displayName", "members"]',2425,'6aafa04afd11469fa77c8ca0650097f3');
INSERT INTO "scim_journal" VALUES(10,1795678342732820,'staff','patch','User','e94de968-99c0-49cb-97e8-1825175ae7fe',200,NULL,NULL,NULL,'["active"]',2831,'4504fa248ec44505844b8d0b92ab3e28');
INSERT INTO "scim_journal" VALUES(11,1795678342738901,'staff','patch','Group','3db2f843-52fe-45ce-b295-4d8caede3236',200,NULL,NULL,NULL,'["members"]',5752,'7b307e4f75f74e8e9da5552279d142f5');
INSERT INTO "scim_journal" VALUES(12,1795678342747911,'staff','patch','Group','3db2f843-52fe-45ce-b295-4d8caede3236',200,NULL,NULL,NULL,'["members"]',2685,'0de45aa6947a45cf87d8e8aea1476f83');
INSERT INTO "scim_journal" VALUES(13,1795678342753662,'staff','patch','Group','3db2f843-52fe-45ce-b295-4d8caede3236',200,NULL,NULL,NULL,'["displayName"]',1548,'19c16d7dce474a53a2a095f3b826a339');
INSERT INTO "scim_journal" VALUES(14,1795678342758225,'staff','patch','User','b114be29-d4c1-42d5-a21c-7e4242e5accc',200,NULL,NULL,NULL,'["roles"]',2036,'ba0fdbd701054ea08c0a46e0875b7c67');
INSERT INTO "scim_journal" VALUES(15,1795678342763523,'staff','delete','User','1cebde18-e0c3-4eac-86d3-b537829a92d3',204,NULL,NULL,NULL,NULL,6058,'5d7ac9f415d14217a0fcc03a3c4a85ad');
INSERT INTO "scim_journal" VALUES(16,1795678342772677,'staff','delete','Group','17a1fa2d-6a27-4d97-ad27-5a8c5a4e7560',204,NULL,NULL,NULL,NULL,1542,'43d34ec526ec4c6baf909c87473bcb23');
INSERT INTO "scim_journal" VALUES(17,1795678342777112,'staff','create','User',NULL,409,'uniqueness','another User has this userName',NULL,NULL,687,'18d546a7267b4896a7d95246cbbd49c7');
INSERT INTO "scim_journal" VALUES(18,1795678342831247,'staff','patch','User','ee72e49c-0b52-46cb-8805-136fc1783857',400,'invalidPath','operation 1 (replace): the path is malformed',NULL,NULL,1323,'74739cfcbbd448ed8a2ca0e7f8903b32');
INSERT INTO "scim_journal" VALUES(19,1795678342910755,'partners','create','User','807f2649-a824-41e9-b892-3b12f1bd55f3',201,NULL,NULL,NULL,'["userName", "externalId", "emails", "title", "active"]',2630,'7e8bea0af3dd40219f9a29af0e67f486');
INSERT INTO "scim_journal" VALUES(20,1795678342917737,'partners','create','User','be46ca9d-e77b-4a8a-8533-267b03b2bb0a',201,NULL,NULL,NULL,'["userName", "active"]',886,'8ef35486a1d043f4b5faed242c08250d');
INSERT INTO "scim_journal" VALUES(21,1795678342921997,'partners','create','Group','44f6dc88-c434-4a1e-a7f0-7b864db7a371',201,NULL,NULL,NULL,'["displayName", "members"]',2676,'d9cb36a7968641e48f435fdb8bfc3182');
INSERT INTO "scim_journal" VALUES(22,1795678342933770,'partners','delete','User','be46ca9d-e77b-4a8a-8533-267b03b2bb0a',204,NULL,NULL,NULL,NULL,2744,'c0be213fc2454d83b1d7091106806460');
INSERT INTO "scim_journal" VALUES(23,1795678342842757,'staff','search','User',NULL,200,NULL,NULL,NULL,NULL,5142,'f2ff93c793c7403da726f06d39e0c59f');
INSERT INTO "scim_journal" VALUES(24,1795678342849436,'staff','get','User','1cebde18-e0c3-4eac-86d3-b537829a92d3',404,NULL,'no User has this id',NULL,NULL,3591,'ce91353dd8994fb5a5597a06a457223c');
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
INSERT INTO "scim_membership" VALUES(6,1,1795678342693893);
INSERT INTO "scim_membership" VALUES(6,2,1795678342693893);
INSERT INTO "scim_membership" VALUES(6,5,1795678342748791);
INSERT INTO "scim_membership" VALUES(7,1,1795678342711451);
INSERT INTO "scim_membership" VALUES(12,10,1795678342922560);
CREATE TABLE scim_resource (
	pk INTEGER NOT NULL, 
	id VARCHAR(36) NOT NULL, 
	type SMALLINT NOT NULL, 
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
INSERT INTO "scim_resource" VALUES(1,'b114be29-d4c1-42d5-a21c-7e4242e5accc',1,1,0,'ann.éluard','ann@work.example.org','e-ann','Ann Éluard',1,2,1795678342637592,1795678342759017,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"],"userName":"Ann.Éluard","externalId":"e-ann","displayName":"Ann Éluard","name":{"givenName":"Ann","familyName":"Éluard"},"emails":[{"value":"ann@home.example.org","type":"home"},{"value":"ann@other.example.org","type":"other"},{"value":"Ann@Work.example.org","type":"work","primary":true}],"phoneNumbers":[{"value":"+33 1 00","type":"work"},{"value":"+33 6 00","type":"mobile","primary":true}],"roles":[{"value":"editor"},{"value":"reader"},{"value":"chief","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"DSI","employeeNumber":"007"},"urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User":{"siret":"13002526500013"},"active":true}');
INSERT INTO "scim_resource" VALUES(2,'e94de968-99c0-49cb-97e8-1825175ae7fe',1,1,0,'bob','b@w.example.org','e-bob','bob',0,2,1795678342660633,1795678342733660,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","externalId":"e-bob","emails":[{"value":"bob@home.example.org"},{"value":"b@w.example.org","type":"work"}],"active":false}');
INSERT INTO "scim_resource" VALUES(3,'1cebde18-e0c3-4eac-86d3-b537829a92d3',1,1,0,'carol','carol@example.org','e-carol','Carol',1,2,1795678342668694,1795678342763936,1795678342763936,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"carol","externalId":"e-carol","displayName":"Carol","emails":[{"value":"carol@example.org"}],"active":true}');
INSERT INTO "scim_resource" VALUES(4,'ee72e49c-0b52-46cb-8805-136fc1783857',1,1,0,'dave',NULL,'e-dave','Dave',1,1,1795678342676512,1795678342676512,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dave","externalId":"e-dave","displayName":"Dave","title":"agent","active":true}');
INSERT INTO "scim_resource" VALUES(5,'4614d43d-26d1-4960-9d47-841df4013a6d',1,1,0,'erin',NULL,NULL,'Erin',1,1,1795678342684313,1795678342684313,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"erin","displayName":"Erin","active":true}');
INSERT INTO "scim_resource" VALUES(6,'3db2f843-52fe-45ce-b295-4d8caede3236',2,1,1,'élus du conseil',NULL,'g-elus','Élus du conseil',1,5,1795678342693893,1795678342763936,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus du conseil","externalId":"g-elus"}');
INSERT INTO "scim_resource" VALUES(7,'0f887712-da1c-4e81-9d51-9ea0b9af72c0',2,1,1,'agents',NULL,NULL,'Agents',1,2,1795678342711451,1795678342763936,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Agents"}');
INSERT INTO "scim_resource" VALUES(8,'93144c9b-7054-4f80-9a84-9b0f2475f641',2,1,1,'personne',NULL,NULL,'Personne',1,1,1795678342718234,1795678342718234,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Personne"}');
INSERT INTO "scim_resource" VALUES(9,'17a1fa2d-6a27-4d97-ad27-5a8c5a4e7560',2,1,1,'anciens',NULL,NULL,'Anciens',1,2,1795678342722674,1795678342773125,1795678342773125,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Anciens"}');
INSERT INTO "scim_resource" VALUES(10,'807f2649-a824-41e9-b892-3b12f1bd55f3',1,2,0,'zoe','zoe@example.org','e-ann','zoe',1,1,1795678342912906,1795678342912906,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoe","externalId":"e-ann","emails":[{"value":"zoe@example.org","type":"work"}],"title":"agent","active":true}');
INSERT INTO "scim_resource" VALUES(11,'be46ca9d-e77b-4a8a-8533-267b03b2bb0a',1,2,0,'yan',NULL,NULL,'yan',1,2,1795678342918231,1795678342934110,1795678342934110,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yan","active":true}');
INSERT INTO "scim_resource" VALUES(12,'44f6dc88-c434-4a1e-a7f0-7b864db7a371',2,2,2,'élus',NULL,NULL,'Élus',1,2,1795678342922560,1795678342934110,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus"}');
CREATE TABLE scim_schema (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "scim_schema" VALUES(3);
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
INSERT INTO "scim_source" VALUES(1,'staff','keycloak','tolerant','https://sso.example.org/realms/staff','https://scim.example.org/scim/v2',NULL,'["web", "batch"]',1,1795678336541939);
INSERT INTO "scim_source" VALUES(2,'partners','okta','rfc',NULL,NULL,NULL,'[]',1,1795678337397810);
INSERT INTO "scim_source" VALUES(3,'former','generic','tolerant',NULL,NULL,NULL,'[]',0,1795678338192069);
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
INSERT INTO "scim_token" VALUES('887d1e74',1,'f3b329050b9848c5d92b09f769c5d38a3e507e51ea5035a5d9b06c0463f9be2e',1795678338957719,NULL,NULL,1795678342634796);
INSERT INTO "scim_token" VALUES('5bada9ac',2,'178340113da3662d43d021b5794b328eedf27b451c0c51cc31bf74978bbd66e3',1795678339755978,NULL,NULL,1795678342912296);
INSERT INTO "scim_token" VALUES('3e0b1deb',3,'327f0c7df37e7edbae70dff38003335de1c7d895b9611c4345cdf6df51dde3ab',1795678340672374,1803454340666669,NULL,NULL);
CREATE INDEX scim_former_membership_group ON scim_former_membership (group_pk, ended);
CREATE UNIQUE INDEX scim_change_version ON scim_change (resource, version);
CREATE INDEX ix_scim_journal_request_id ON scim_journal (request_id);
CREATE INDEX ix_scim_journal_time ON scim_journal (time);
CREATE INDEX ix_scim_journal_target_id ON scim_journal (target_id);
CREATE INDEX ix_scim_token_source ON scim_token (source);
CREATE INDEX scim_resource_page ON scim_resource (source, type, pk) WHERE deleted IS NULL;
CREATE UNIQUE INDEX scim_resource_mail ON scim_resource (type, mail_key) WHERE deleted IS NULL;
CREATE UNIQUE INDEX scim_resource_key ON scim_resource (type, scope, "key") WHERE deleted IS NULL;
CREATE UNIQUE INDEX scim_resource_external_id ON scim_resource (source, type, external_id) WHERE deleted IS NULL;
CREATE INDEX scim_attr_value_value ON scim_attr_value (path, substr(value, 1, 200), resource);
CREATE INDEX scim_membership_member ON scim_membership (member_pk, group_pk);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('scim_source',3);
COMMIT;
