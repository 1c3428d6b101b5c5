-- Written by the receiver of commit b127646 through tests/unit/store/releases/make.py; never edited.
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
INSERT INTO "scim_change" VALUES(1,1795743922926973,1,1,'855cb143-5d1b-419d-8247-d512ba952e8b','create',1,'["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]','73e9bfea300040ed96e11a1df2d2cf24');
INSERT INTO "scim_change" VALUES(2,1795743922935229,1,1,'cc4ee21d-57bb-47d6-a8d9-54b22002cb91','create',1,'["userName", "externalId", "emails", "active"]','226776189fec4d0ab68b704c7be605fc');
INSERT INTO "scim_change" VALUES(3,1795743922937860,1,1,'01f668ad-d011-4958-95e7-86bc22a179df','create',1,'["userName", "externalId", "displayName", "emails", "active"]','f31568e3f5a044ba9f197cc544d0d956');
INSERT INTO "scim_change" VALUES(4,1795743922940144,1,1,'77dc8775-f8f1-4466-a081-cd15270e8181','create',1,'["userName", "externalId", "displayName", "title", "active"]','6df80e78fb4448869ac341772c229bfb');
INSERT INTO "scim_change" VALUES(5,1795743922943824,1,1,'63f42895-1d48-4492-9f3e-363def6ca5a8','create',1,'["userName", "displayName", "active"]','b430e66ba01d4350b865a11e1402499b');
INSERT INTO "scim_change" VALUES(6,1795743922946141,1,2,'d7678b6e-8574-497b-a322-dff4b8606a7c','create',1,'["displayName", "externalId", "members"]','220543291022480baaf625388a1f8cdf');
INSERT INTO "scim_change" VALUES(7,1795743922950790,1,2,'feb5712e-7477-41ae-a3bf-a281fe27eda1','create',1,'["displayName", "members"]','84e34711861f47358a36ca793e811fae');
INSERT INTO "scim_change" VALUES(8,1795743922953996,1,2,'742cf68a-cc92-424d-bb48-2c6ccb1aaf3d','create',1,'["displayName"]','61038f4a293742ec990458ef00f3f392');
INSERT INTO "scim_change" VALUES(9,1795743922956137,1,2,'e6aedbac-2c29-4bb0-90f9-bbb941131a05','create',1,'["displayName", "members"]','15c3e218499d4410afc8067f2446ea99');
INSERT INTO "scim_change" VALUES(10,1795743922959584,1,1,'cc4ee21d-57bb-47d6-a8d9-54b22002cb91','patch',2,'["active"]','eaf1acbda3f04074bc9b9294208dcbee');
INSERT INTO "scim_change" VALUES(11,1795743922962562,1,2,'d7678b6e-8574-497b-a322-dff4b8606a7c','patch',2,'["members"]','5303c5458b0747a0b2d9f5c63599f75e');
INSERT INTO "scim_change" VALUES(12,1795743922967504,1,2,'d7678b6e-8574-497b-a322-dff4b8606a7c','patch',3,'["members"]','a2254c2171bf44d9ae9d29eb21e27283');
INSERT INTO "scim_change" VALUES(13,1795743922970597,1,2,'d7678b6e-8574-497b-a322-dff4b8606a7c','patch',4,'["displayName"]','416b1704145745e892f008ce1b0931a5');
INSERT INTO "scim_change" VALUES(14,1795743922972986,1,1,'855cb143-5d1b-419d-8247-d512ba952e8b','patch',2,'["roles"]','a61bf703644c490db6f04e464d2f8562');
INSERT INTO "scim_change" VALUES(15,1795743922975655,1,2,'d7678b6e-8574-497b-a322-dff4b8606a7c','patch',5,'["members"]','69be93392c2143f9bd22e5161b043bde');
INSERT INTO "scim_change" VALUES(16,1795743922975655,1,2,'feb5712e-7477-41ae-a3bf-a281fe27eda1','patch',2,'["members"]','69be93392c2143f9bd22e5161b043bde');
INSERT INTO "scim_change" VALUES(17,1795743922975655,1,1,'01f668ad-d011-4958-95e7-86bc22a179df','delete',2,'[]','69be93392c2143f9bd22e5161b043bde');
INSERT INTO "scim_change" VALUES(18,1795743922980712,1,2,'e6aedbac-2c29-4bb0-90f9-bbb941131a05','delete',2,'[]','b38745b3dbe444238287760512bd0372');
INSERT INTO "scim_change" VALUES(19,1795743923026729,2,1,'2e1e43da-dcf6-473d-a51d-392dbbbf855e','create',1,'["userName", "externalId", "emails", "title", "active"]','cdeca5386f7d49169415713e30cce630');
INSERT INTO "scim_change" VALUES(20,1795743923029348,2,1,'54a7bafc-f756-48ab-99f4-bf61641b4433','create',1,'["userName", "active"]','f6a6a22f617448d1a3146a46832bf8a1');
INSERT INTO "scim_change" VALUES(21,1795743923031563,2,2,'b28b0cc3-c4c0-4d94-8d66-311580c0e111','create',1,'["displayName", "members"]','9fd5cf6216c04409b1f7d62e30465c2f');
INSERT INTO "scim_change" VALUES(22,1795743923034641,2,2,'b28b0cc3-c4c0-4d94-8d66-311580c0e111','patch',2,'["members"]','84a8cd3ef07c4709a0677c3b8ba1d7e5');
INSERT INTO "scim_change" VALUES(23,1795743923034641,2,1,'54a7bafc-f756-48ab-99f4-bf61641b4433','delete',2,'[]','84a8cd3ef07c4709a0677c3b8ba1d7e5');
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
INSERT INTO "scim_former_membership" VALUES(1,9,1795743922956137,1795743922980712);
INSERT INTO "scim_former_membership" VALUES(3,6,1795743922946141,1795743922975655);
INSERT INTO "scim_former_membership" VALUES(3,7,1795743922950790,1795743922975655);
INSERT INTO "scim_former_membership" VALUES(4,6,1795743922946141,1795743922962562);
INSERT INTO "scim_former_membership" VALUES(5,9,1795743922956137,1795743922980712);
INSERT INTO "scim_former_membership" VALUES(11,12,1795743923031563,1795743923034641);
CREATE TABLE scim_generation (
	id VARCHAR(36) NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "scim_generation" VALUES('5407a9ab-e235-4612-a96f-4e49235d882a');
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
INSERT INTO "scim_journal" VALUES(1,1795743922922712,'staff','create','User','855cb143-5d1b-419d-8247-d512ba952e8b',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]',8651,'73e9bfea300040ed96e11a1df2d2cf24');
INSERT INTO "scim_journal" VALUES(2,1795743922934795,'staff','create','User','cc4ee21d-57bb-47d6-a8d9-54b22002cb91',201,NULL,NULL,NULL,'["userName", "externalId", "emails", "active"]',749,'226776189fec4d0ab68b704c7be605fc');
INSERT INTO "scim_journal" VALUES(3,1795743922937489,'staff','create','User','01f668ad-d011-4958-95e7-86bc22a179df',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "emails", "active"]',631,'f31568e3f5a044ba9f197cc544d0d956');
INSERT INTO "scim_journal" VALUES(4,1795743922939819,'staff','create','User','77dc8775-f8f1-4466-a081-cd15270e8181',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "title", "active"]',1783,'6df80e78fb4448869ac341772c229bfb');
INSERT INTO "scim_journal" VALUES(5,1795743922943439,'staff','create','User','63f42895-1d48-4492-9f3e-363def6ca5a8',201,NULL,NULL,NULL,'["userName", "displayName", "active"]',610,'b430e66ba01d4350b865a11e1402499b');
INSERT INTO "scim_journal" VALUES(6,1795743922945785,'staff','create','Group','d7678b6e-8574-497b-a322-dff4b8606a7c',201,NULL,NULL,NULL,'["displayName", "externalId", "members"]',2705,'220543291022480baaf625388a1f8cdf');
INSERT INTO "scim_journal" VALUES(7,1795743922950474,'staff','create','Group','feb5712e-7477-41ae-a3bf-a281fe27eda1',201,NULL,NULL,NULL,'["displayName", "members"]',1374,'84e34711861f47358a36ca793e811fae');
INSERT INTO "scim_journal" VALUES(8,1795743922953675,'staff','create','Group','742cf68a-cc92-424d-bb48-2c6ccb1aaf3d',201,NULL,NULL,NULL,'["displayName"]',565,'61038f4a293742ec990458ef00f3f392');
INSERT INTO "scim_journal" VALUES(9,1795743922955838,'staff','create','Group','e6aedbac-2c29-4bb0-90f9-bbb941131a05',201,NULL,NULL,NULL,'["displayName", "members"]',1189,'15c3e218499d4410afc8067f2446ea99');
INSERT INTO "scim_journal" VALUES(10,1795743922959281,'staff','patch','User','cc4ee21d-57bb-47d6-a8d9-54b22002cb91',200,NULL,NULL,NULL,'["active"]',1329,'eaf1acbda3f04074bc9b9294208dcbee');
INSERT INTO "scim_journal" VALUES(11,1795743922962259,'staff','patch','Group','d7678b6e-8574-497b-a322-dff4b8606a7c',200,NULL,NULL,NULL,'["members"]',3298,'5303c5458b0747a0b2d9f5c63599f75e');
INSERT INTO "scim_journal" VALUES(12,1795743922967162,'staff','patch','Group','d7678b6e-8574-497b-a322-dff4b8606a7c',200,NULL,NULL,NULL,'["members"]',1253,'a2254c2171bf44d9ae9d29eb21e27283');
INSERT INTO "scim_journal" VALUES(13,1795743922970313,'staff','patch','Group','d7678b6e-8574-497b-a322-dff4b8606a7c',200,NULL,NULL,NULL,'["displayName"]',634,'416b1704145745e892f008ce1b0931a5');
INSERT INTO "scim_journal" VALUES(14,1795743922972725,'staff','patch','User','855cb143-5d1b-419d-8247-d512ba952e8b',200,NULL,NULL,NULL,'["roles"]',1064,'a61bf703644c490db6f04e464d2f8562');
INSERT INTO "scim_journal" VALUES(15,1795743922975451,'staff','delete','User','01f668ad-d011-4958-95e7-86bc22a179df',204,NULL,NULL,NULL,NULL,3526,'69be93392c2143f9bd22e5161b043bde');
INSERT INTO "scim_journal" VALUES(16,1795743922980515,'staff','delete','Group','e6aedbac-2c29-4bb0-90f9-bbb941131a05',204,NULL,NULL,NULL,NULL,904,'b38745b3dbe444238287760512bd0372');
INSERT INTO "scim_journal" VALUES(17,1795743922983189,'staff','create','User',NULL,409,'uniqueness','another User has this userName',NULL,NULL,616,'c517f324809747a6af1c0d967f9d6635');
INSERT INTO "scim_journal" VALUES(18,1795743923001660,'staff','patch','User','77dc8775-f8f1-4466-a081-cd15270e8181',400,'invalidPath','operation 1 (replace): the path is malformed',NULL,NULL,515,'829f1cf744e644b6ac42c1335aa96416');
INSERT INTO "scim_journal" VALUES(19,1795743923024828,'partners','create','User','2e1e43da-dcf6-473d-a51d-392dbbbf855e',201,NULL,NULL,NULL,'["userName", "externalId", "emails", "title", "active"]',2251,'cdeca5386f7d49169415713e30cce630');
INSERT INTO "scim_journal" VALUES(20,1795743923029003,'partners','create','User','54a7bafc-f756-48ab-99f4-bf61641b4433',201,NULL,NULL,NULL,'["userName", "active"]',585,'f6a6a22f617448d1a3146a46832bf8a1');
INSERT INTO "scim_journal" VALUES(21,1795743923031321,'partners','create','Group','b28b0cc3-c4c0-4d94-8d66-311580c0e111',201,NULL,NULL,NULL,'["displayName", "members"]',1307,'9fd5cf6216c04409b1f7d62e30465c2f');
INSERT INTO "scim_journal" VALUES(22,1795743923034490,'partners','delete','User','54a7bafc-f756-48ab-99f4-bf61641b4433',204,NULL,NULL,NULL,NULL,1415,'84a8cd3ef07c4709a0677c3b8ba1d7e5');
INSERT INTO "scim_journal" VALUES(23,1795743923004313,'staff','search','User',NULL,200,NULL,NULL,NULL,NULL,1766,'a3a35399f72f48edac3064bbbec88210');
INSERT INTO "scim_journal" VALUES(24,1795743923006667,'staff','get','User','01f668ad-d011-4958-95e7-86bc22a179df',404,NULL,'no User has this id',NULL,NULL,1154,'a2b1796dab1c47a993568491caed5a65');
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
INSERT INTO "scim_membership" VALUES(6,1,1795743922946141);
INSERT INTO "scim_membership" VALUES(6,2,1795743922946141);
INSERT INTO "scim_membership" VALUES(6,5,1795743922967504);
INSERT INTO "scim_membership" VALUES(7,1,1795743922950790);
INSERT INTO "scim_membership" VALUES(12,10,1795743923031563);
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
INSERT INTO "scim_resource" VALUES(1,'855cb143-5d1b-419d-8247-d512ba952e8b',1,1,0,'ann.éluard','ann@work.example.org','e-ann','Ann Éluard',1,2,1795743922926973,1795743922972986,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"],"userName":"Ann.Éluard","externalId":"e-ann","displayName":"Ann Éluard","name":{"givenName":"Ann","familyName":"Éluard"},"emails":[{"value":"ann@home.example.org","type":"home"},{"value":"ann@other.example.org","type":"other"},{"value":"Ann@Work.example.org","type":"work","primary":true}],"phoneNumbers":[{"value":"+33 1 00","type":"work"},{"value":"+33 6 00","type":"mobile","primary":true}],"roles":[{"value":"editor"},{"value":"reader"},{"value":"chief","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"DSI","employeeNumber":"007"},"urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User":{"siret":"13002526500013"},"active":true}');
INSERT INTO "scim_resource" VALUES(2,'cc4ee21d-57bb-47d6-a8d9-54b22002cb91',1,1,0,'bob','b@w.example.org','e-bob','bob',0,2,1795743922935229,1795743922959584,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","externalId":"e-bob","emails":[{"value":"bob@home.example.org"},{"value":"b@w.example.org","type":"work"}],"active":false}');
INSERT INTO "scim_resource" VALUES(3,'01f668ad-d011-4958-95e7-86bc22a179df',1,1,0,'carol','carol@example.org','e-carol','Carol',1,2,1795743922937860,1795743922975655,1795743922975655,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"carol","externalId":"e-carol","displayName":"Carol","emails":[{"value":"carol@example.org"}],"active":true}');
INSERT INTO "scim_resource" VALUES(4,'77dc8775-f8f1-4466-a081-cd15270e8181',1,1,0,'dave',NULL,'e-dave','Dave',1,1,1795743922940144,1795743922940144,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dave","externalId":"e-dave","displayName":"Dave","title":"agent","active":true}');
INSERT INTO "scim_resource" VALUES(5,'63f42895-1d48-4492-9f3e-363def6ca5a8',1,1,0,'erin',NULL,NULL,'Erin',1,1,1795743922943824,1795743922943824,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"erin","displayName":"Erin","active":true}');
INSERT INTO "scim_resource" VALUES(6,'d7678b6e-8574-497b-a322-dff4b8606a7c',2,1,1,'élus du conseil',NULL,'g-elus','Élus du conseil',1,5,1795743922946141,1795743922975655,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus du conseil","externalId":"g-elus"}');
INSERT INTO "scim_resource" VALUES(7,'feb5712e-7477-41ae-a3bf-a281fe27eda1',2,1,1,'agents',NULL,NULL,'Agents',1,2,1795743922950790,1795743922975655,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Agents"}');
INSERT INTO "scim_resource" VALUES(8,'742cf68a-cc92-424d-bb48-2c6ccb1aaf3d',2,1,1,'personne',NULL,NULL,'Personne',1,1,1795743922953996,1795743922953996,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Personne"}');
INSERT INTO "scim_resource" VALUES(9,'e6aedbac-2c29-4bb0-90f9-bbb941131a05',2,1,1,'anciens',NULL,NULL,'Anciens',1,2,1795743922956137,1795743922980712,1795743922980712,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Anciens"}');
INSERT INTO "scim_resource" VALUES(10,'2e1e43da-dcf6-473d-a51d-392dbbbf855e',1,2,0,'zoe','zoe@example.org','e-ann','zoe',1,1,1795743923026729,1795743923026729,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoe","externalId":"e-ann","emails":[{"value":"zoe@example.org","type":"work"}],"title":"agent","active":true}');
INSERT INTO "scim_resource" VALUES(11,'54a7bafc-f756-48ab-99f4-bf61641b4433',1,2,0,'yan',NULL,NULL,'yan',1,2,1795743923029348,1795743923034641,1795743923034641,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yan","active":true}');
INSERT INTO "scim_resource" VALUES(12,'b28b0cc3-c4c0-4d94-8d66-311580c0e111',2,2,2,'élus',NULL,NULL,'Élus',1,2,1795743923031563,1795743923034641,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus"}');
CREATE TABLE scim_schema (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "scim_schema" VALUES(4);
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
INSERT INTO "scim_source" VALUES(1,'staff','keycloak','tolerant','https://sso.example.org/realms/staff','https://scim.example.org/scim/v2',NULL,'["web", "batch"]',1,1795743919648285);
INSERT INTO "scim_source" VALUES(2,'partners','okta','rfc',NULL,NULL,NULL,'[]',1,1795743920177298);
INSERT INTO "scim_source" VALUES(3,'former','generic','tolerant',NULL,NULL,NULL,'[]',0,1795743920703421);
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
INSERT INTO "scim_token" VALUES('52f767c4',1,'4d02d15d8ba18d951c3fa3365aa30721da128c782048f944883d0685dc785905',1795743921222815,NULL,NULL,1795743922926043);
INSERT INTO "scim_token" VALUES('ba594893',2,'2cc7103bf4e88127284931f6e8bf73aebf9887ac0dceda7a0f527d69d993569c',1795743921752491,NULL,NULL,1795743923026207);
INSERT INTO "scim_token" VALUES('458baac2',3,'0d1502577227900a1f4ab2ef3cdcbdb698deb32a99a12a43326ee556a2b97486',1795743922287289,1803519922282771,NULL,NULL);
CREATE INDEX scim_former_membership_group ON scim_former_membership (group_pk, ended);
CREATE INDEX scim_change_source ON scim_change (source, seq);
CREATE UNIQUE INDEX scim_change_version ON scim_change (resource, version);
CREATE INDEX ix_scim_journal_time ON scim_journal (time);
CREATE INDEX ix_scim_journal_target_id ON scim_journal (target_id);
CREATE INDEX ix_scim_journal_request_id ON scim_journal (request_id);
CREATE INDEX ix_scim_token_source ON scim_token (source);
CREATE UNIQUE INDEX scim_resource_external_id ON scim_resource (source, type, external_id) WHERE deleted IS NULL;
CREATE UNIQUE INDEX scim_resource_mail ON scim_resource (type, mail_key) WHERE deleted IS NULL;
CREATE UNIQUE INDEX scim_resource_key ON scim_resource (type, scope, "key") WHERE deleted IS NULL;
CREATE INDEX scim_resource_page ON scim_resource (source, type, pk) WHERE deleted IS NULL;
CREATE INDEX scim_attr_value_value ON scim_attr_value (path, substr(value, 1, 200), resource);
CREATE INDEX scim_membership_member ON scim_membership (member_pk, group_pk);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('scim_source',3);
COMMIT;
