-- Written by the receiver of commit bcd5e54 through tests/unit/store/releases/make.py; never edited.
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
INSERT INTO "scim_change" VALUES(1,1795763077745451,1,1,'aee610be-62b7-46e0-8666-e30616021985','create',1,'["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]','7c5b833277f54e699850fa8a27e8be71');
INSERT INTO "scim_change" VALUES(2,1795763077753474,1,1,'39cb120d-1dc2-46ab-a66c-feeefb3581cf','create',1,'["userName", "externalId", "emails", "active"]','2dac7b47ce0349caa65932a9eb885364');
INSERT INTO "scim_change" VALUES(3,1795763077756322,1,1,'bb0542ff-7d01-4b58-9876-ac3ac210bb49','create',1,'["userName", "externalId", "displayName", "emails", "active"]','681acdd563e44049b8863a17a05b1afe');
INSERT INTO "scim_change" VALUES(4,1795763077758665,1,1,'41ef73e1-0f8f-4f00-affa-46764b812499','create',1,'["userName", "externalId", "displayName", "title", "active"]','5991baaf8bc94e029d7021489377b4c4');
INSERT INTO "scim_change" VALUES(5,1795763077760991,1,1,'fa82e75c-21ef-4e07-b5a0-5e8a92dbbc2c','create',1,'["userName", "displayName", "active"]','7a479d1df60043729b3eb1ed86079c18');
INSERT INTO "scim_change" VALUES(6,1795763077763287,1,2,'f25bace3-4b1c-43b1-b0a7-81bd7100a70e','create',1,'["displayName", "externalId", "members"]','3deaf4f01f2042e3b4acb12dbdbdf0e3');
INSERT INTO "scim_change" VALUES(7,1795763077768444,1,2,'677c13c5-5064-4772-a7f0-6f78a0618dd9','create',1,'["displayName", "members"]','31c066084983453699e0a52711787901');
INSERT INTO "scim_change" VALUES(8,1795763077771689,1,2,'2ae8a9a2-2d76-4c70-88ae-0888d20267df','create',1,'["displayName"]','62161371efc1480f93cc228b7d74d109');
INSERT INTO "scim_change" VALUES(9,1795763077773845,1,2,'e70fe908-ae7a-44b9-bbd0-ba1df02db78f','create',1,'["displayName", "members"]','746bc55d17ce47c0924fb781527b7211');
INSERT INTO "scim_change" VALUES(10,1795763077778076,1,1,'39cb120d-1dc2-46ab-a66c-feeefb3581cf','patch',2,'["active"]','90e3aad9e4464ee491270c3dc604d9f5');
INSERT INTO "scim_change" VALUES(11,1795763077781324,1,2,'f25bace3-4b1c-43b1-b0a7-81bd7100a70e','patch',2,'["members"]','18c340953d34418fa4c8f61eef183b0f');
INSERT INTO "scim_change" VALUES(12,1795763077786363,1,2,'f25bace3-4b1c-43b1-b0a7-81bd7100a70e','patch',3,'["members"]','34a4b26f4dd943668d32a42c37810830');
INSERT INTO "scim_change" VALUES(13,1795763077789358,1,2,'f25bace3-4b1c-43b1-b0a7-81bd7100a70e','patch',4,'["displayName"]','6ddf0b798bb44a248be25138d6afc50e');
INSERT INTO "scim_change" VALUES(14,1795763077791674,1,1,'aee610be-62b7-46e0-8666-e30616021985','patch',2,'["roles"]','be61d6e1ea04438d980f72c962918d01');
INSERT INTO "scim_change" VALUES(15,1795763077794267,1,2,'f25bace3-4b1c-43b1-b0a7-81bd7100a70e','patch',5,'["members"]','f187abf762ab4ebda3ff090eb802f0e5');
INSERT INTO "scim_change" VALUES(16,1795763077794267,1,2,'677c13c5-5064-4772-a7f0-6f78a0618dd9','patch',2,'["members"]','f187abf762ab4ebda3ff090eb802f0e5');
INSERT INTO "scim_change" VALUES(17,1795763077794267,1,1,'bb0542ff-7d01-4b58-9876-ac3ac210bb49','delete',2,'[]','f187abf762ab4ebda3ff090eb802f0e5');
INSERT INTO "scim_change" VALUES(18,1795763077799378,1,2,'e70fe908-ae7a-44b9-bbd0-ba1df02db78f','delete',2,'[]','916e1c40e71b4dabb29808eb06c141df');
INSERT INTO "scim_change" VALUES(19,1795763077846713,2,1,'742616e9-3130-4557-ad3e-20c8ada0d283','create',1,'["userName", "externalId", "emails", "title", "active"]','7e2f401023f44a11b3fa5a871ba27b61');
INSERT INTO "scim_change" VALUES(20,1795763077849625,2,1,'3a62d351-87fe-4771-b166-af4c64ffed16','create',1,'["userName", "active"]','dde52b6b910b4aa7a5c0ac13bf324e87');
INSERT INTO "scim_change" VALUES(21,1795763077851859,2,2,'aa25d21d-8ee8-44b0-a560-36dc5e45a6ec','create',1,'["displayName", "members"]','1a262fef9a3e4303922d046b7017aebe');
INSERT INTO "scim_change" VALUES(22,1795763077854820,2,2,'aa25d21d-8ee8-44b0-a560-36dc5e45a6ec','patch',2,'["members"]','57ba1d7fe04d424bb0f8e7d543b7fbdd');
INSERT INTO "scim_change" VALUES(23,1795763077854820,2,1,'3a62d351-87fe-4771-b166-af4c64ffed16','delete',2,'[]','57ba1d7fe04d424bb0f8e7d543b7fbdd');
INSERT INTO "scim_change" VALUES(24,1795763077858641,2,1,'34b7fe60-4bab-4665-9d59-c408764c153c','create',1,'["userName", "externalId", "active"]','1ab3bff897d44cd7926b9c5e858b158e');
INSERT INTO "scim_change" VALUES(25,1795763077860775,2,1,'3d2399a3-5972-48ab-9069-0b8783205058','create',1,'["userName", "externalId", "active"]','aa2a0189672f4484921b1bd6eba61792');
INSERT INTO "scim_change" VALUES(26,1795763077863094,2,1,'6815a4e2-e775-4e3c-a2fb-275a2b58e3e7','create',1,'["userName", "externalId", "active"]','e3b360e295114cf68153e5fdb58c5ce2');
INSERT INTO "scim_change" VALUES(27,1795763077865049,2,1,'c663136d-b5e2-46de-a044-9c419b11940a','create',1,'["userName", "externalId", "active"]','981af79d262c46f883ee913a4d354912');
INSERT INTO "scim_change" VALUES(28,1795763077867164,2,1,'fc0577e3-1acd-48da-bc7d-34d9a465ca01','create',1,'["userName", "externalId", "active"]','d5504a1160ee4a82be8341a565c11875');
INSERT INTO "scim_change" VALUES(29,1795763077869173,2,1,'a3d80fe1-6a6a-4643-8150-c8e4b27bdc13','create',1,'["userName", "externalId", "active"]','2137b5d64046448b9faa46e70b0b242d');
INSERT INTO "scim_change" VALUES(30,1795763077871235,2,1,'22bbeaf5-d55b-4058-ab95-7e9e9b7c7064','create',1,'["userName", "externalId", "active"]','6abbc89f89344e439f35b2d1c711790d');
INSERT INTO "scim_change" VALUES(31,1795763077873346,2,1,'169a721e-664b-4210-a8d5-b1acd2a4b91a','create',1,'["userName", "active"]','7c4c720e01e640d8b7a5facb6285fc29');
INSERT INTO "scim_change" VALUES(32,1795763077875381,2,1,'169a721e-664b-4210-a8d5-b1acd2a4b91a','patch',2,'["active"]','7746f39f723d40559152d04460402b12');
INSERT INTO "scim_change" VALUES(33,1795763077877911,2,1,'183f68b6-242b-49b0-b18d-2bbd35507e80','create',1,'["userName", "active"]','9613932f6a604bb5b7b2ec57a9374603');
INSERT INTO "scim_change" VALUES(34,1795763077879818,2,1,'183f68b6-242b-49b0-b18d-2bbd35507e80','delete',2,'[]','99a4fa9d1ad94b9baeeadc4463118613');
INSERT INTO "scim_change" VALUES(35,1795763077882797,2,2,'41580d7b-bfe8-49b0-9bec-919f6fef2927','create',1,'["displayName"]','4659a7b7f261425a9733b3ac045ff8cf');
INSERT INTO "scim_change" VALUES(36,1795763077884890,2,2,'149e3e53-3856-4bb5-91a6-c0efaa46b05c','create',1,'["displayName"]','c81f2c4f1a30498795c3014642334443');
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
INSERT INTO "scim_counter" VALUES(2,1,9,13);
INSERT INTO "scim_counter" VALUES(2,2,3,3);
CREATE TABLE scim_former_membership (
	member_pk BIGINT NOT NULL, 
	group_pk BIGINT NOT NULL, 
	added BIGINT NOT NULL, 
	ended BIGINT NOT NULL, 
	PRIMARY KEY (member_pk, group_pk)
)
 WITHOUT ROWID

;
INSERT INTO "scim_former_membership" VALUES(1,9,1795763077773845,1795763077799378);
INSERT INTO "scim_former_membership" VALUES(3,6,1795763077763287,1795763077794267);
INSERT INTO "scim_former_membership" VALUES(3,7,1795763077768444,1795763077794267);
INSERT INTO "scim_former_membership" VALUES(4,6,1795763077763287,1795763077781324);
INSERT INTO "scim_former_membership" VALUES(5,9,1795763077773845,1795763077799378);
INSERT INTO "scim_former_membership" VALUES(11,12,1795763077851859,1795763077854820);
CREATE TABLE scim_generation (
	id VARCHAR(36) NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "scim_generation" VALUES('1d3135cf-8f34-4057-aa83-54a04cc76fd2');
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
	reason VARCHAR(40), 
	external_id VARCHAR(255), 
	name VARCHAR(255), 
	mail VARCHAR(255), 
	PRIMARY KEY (seq)
);
INSERT INTO "scim_journal" VALUES(1,1795763077737049,'staff','create','User','aee610be-62b7-46e0-8666-e30616021985',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "name", "emails", "phoneNumbers", "roles", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User", "active"]',11824,'7c5b833277f54e699850fa8a27e8be71',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(2,1795763077752781,'staff','create','User','39cb120d-1dc2-46ab-a66c-feeefb3581cf',201,NULL,NULL,NULL,'["userName", "externalId", "emails", "active"]',998,'2dac7b47ce0349caa65932a9eb885364',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(3,1795763077755770,'staff','create','User','bb0542ff-7d01-4b58-9876-ac3ac210bb49',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "emails", "active"]',772,'681acdd563e44049b8863a17a05b1afe',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(4,1795763077758355,'staff','create','User','41ef73e1-0f8f-4f00-affa-46764b812499',201,NULL,NULL,NULL,'["userName", "externalId", "displayName", "title", "active"]',516,'5991baaf8bc94e029d7021489377b4c4',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(5,1795763077760525,'staff','create','User','fa82e75c-21ef-4e07-b5a0-5e8a92dbbc2c',201,NULL,NULL,NULL,'["userName", "displayName", "active"]',657,'7a479d1df60043729b3eb1ed86079c18',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(6,1795763077762829,'staff','create','Group','f25bace3-4b1c-43b1-b0a7-81bd7100a70e',201,NULL,NULL,NULL,'["displayName", "externalId", "members"]',3328,'3deaf4f01f2042e3b4acb12dbdbdf0e3',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(7,1795763077767992,'staff','create','Group','677c13c5-5064-4772-a7f0-6f78a0618dd9',201,NULL,NULL,NULL,'["displayName", "members"]',1652,'31c066084983453699e0a52711787901',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(8,1795763077771356,'staff','create','Group','2ae8a9a2-2d76-4c70-88ae-0888d20267df',201,NULL,NULL,NULL,'["displayName"]',517,'62161371efc1480f93cc228b7d74d109',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(9,1795763077773535,'staff','create','Group','e70fe908-ae7a-44b9-bbd0-ba1df02db78f',201,NULL,NULL,NULL,'["displayName", "members"]',1356,'746bc55d17ce47c0924fb781527b7211',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(10,1795763077777641,'staff','patch','User','39cb120d-1dc2-46ab-a66c-feeefb3581cf',200,NULL,NULL,NULL,'["active"]',1792,'90e3aad9e4464ee491270c3dc604d9f5',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(11,1795763077781034,'staff','patch','Group','f25bace3-4b1c-43b1-b0a7-81bd7100a70e',200,NULL,NULL,NULL,'["members"]',3176,'18c340953d34418fa4c8f61eef183b0f',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(12,1795763077785870,'staff','patch','Group','f25bace3-4b1c-43b1-b0a7-81bd7100a70e',200,NULL,NULL,NULL,'["members"]',1518,'34a4b26f4dd943668d32a42c37810830',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(13,1795763077788947,'staff','patch','Group','f25bace3-4b1c-43b1-b0a7-81bd7100a70e',200,NULL,NULL,NULL,'["displayName"]',894,'6ddf0b798bb44a248be25138d6afc50e',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(14,1795763077791471,'staff','patch','User','aee610be-62b7-46e0-8666-e30616021985',200,NULL,NULL,NULL,'["roles"]',945,'be61d6e1ea04438d980f72c962918d01',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(15,1795763077794077,'staff','delete','User','bb0542ff-7d01-4b58-9876-ac3ac210bb49',204,NULL,NULL,NULL,NULL,3604,'f187abf762ab4ebda3ff090eb802f0e5',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(16,1795763077799155,'staff','delete','Group','e70fe908-ae7a-44b9-bbd0-ba1df02db78f',204,NULL,NULL,NULL,NULL,823,'916e1c40e71b4dabb29808eb06c141df',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(17,1795763077801543,'staff','create','User',NULL,409,'uniqueness','another User has this userName',NULL,NULL,772,'d910f61b2e8d485591b291b1d97fdb40','name_taken',NULL,'ann.éluard',NULL);
INSERT INTO "scim_journal" VALUES(18,1795763077820272,'staff','patch','User','41ef73e1-0f8f-4f00-affa-46764b812499',400,'invalidPath','operation 1 (replace): the path is malformed',NULL,NULL,617,'7387b6c5c26149c58ab08e2015c5ab72',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(19,1795763077844416,'partners','create','User','742616e9-3130-4557-ad3e-20c8ada0d283',201,NULL,NULL,NULL,'["userName", "externalId", "emails", "title", "active"]',2671,'7e2f401023f44a11b3fa5a871ba27b61',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(20,1795763077849052,'partners','create','User','3a62d351-87fe-4771-b166-af4c64ffed16',201,NULL,NULL,NULL,'["userName", "active"]',807,'dde52b6b910b4aa7a5c0ac13bf324e87',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(21,1795763077851477,'partners','create','Group','aa25d21d-8ee8-44b0-a560-36dc5e45a6ec',201,NULL,NULL,NULL,'["displayName", "members"]',1516,'1a262fef9a3e4303922d046b7017aebe',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(22,1795763077854610,'partners','delete','User','3a62d351-87fe-4771-b166-af4c64ffed16',204,NULL,NULL,NULL,NULL,2000,'57ba1d7fe04d424bb0f8e7d543b7fbdd',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(23,1795763077858189,'partners','create','User','34b7fe60-4bab-4665-9d59-c408764c153c',201,NULL,NULL,NULL,'["userName", "externalId", "active"]',629,'1ab3bff897d44cd7926b9c5e858b158e',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(24,1795763077860352,'partners','create','User','3d2399a3-5972-48ab-9069-0b8783205058',201,NULL,NULL,NULL,'["userName", "externalId", "active"]',583,'aa2a0189672f4484921b1bd6eba61792',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(25,1795763077862702,'partners','create','User','6815a4e2-e775-4e3c-a2fb-275a2b58e3e7',201,NULL,NULL,NULL,'["userName", "externalId", "active"]',547,'e3b360e295114cf68153e5fdb58c5ce2',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(26,1795763077864775,'partners','create','User','c663136d-b5e2-46de-a044-9c419b11940a',201,NULL,NULL,NULL,'["userName", "externalId", "active"]',480,'981af79d262c46f883ee913a4d354912',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(27,1795763077866830,'partners','create','User','fc0577e3-1acd-48da-bc7d-34d9a465ca01',201,NULL,NULL,NULL,'["userName", "externalId", "active"]',489,'d5504a1160ee4a82be8341a565c11875',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(28,1795763077868959,'partners','create','User','a3d80fe1-6a6a-4643-8150-c8e4b27bdc13',201,NULL,NULL,NULL,'["userName", "externalId", "active"]',477,'2137b5d64046448b9faa46e70b0b242d',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(29,1795763077870967,'partners','create','User','22bbeaf5-d55b-4058-ab95-7e9e9b7c7064',201,NULL,NULL,NULL,'["userName", "externalId", "active"]',422,'6abbc89f89344e439f35b2d1c711790d',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(30,1795763077872887,'partners','create','User','169a721e-664b-4210-a8d5-b1acd2a4b91a',201,NULL,NULL,NULL,'["userName", "active"]',628,'7c4c720e01e640d8b7a5facb6285fc29',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(31,1795763077875017,'partners','patch','User','169a721e-664b-4210-a8d5-b1acd2a4b91a',200,NULL,NULL,NULL,'["active"]',707,'7746f39f723d40559152d04460402b12',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(32,1795763077877555,'partners','create','User','183f68b6-242b-49b0-b18d-2bbd35507e80',201,NULL,NULL,NULL,'["userName", "active"]',502,'9613932f6a604bb5b7b2ec57a9374603',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(33,1795763077879599,'partners','delete','User','183f68b6-242b-49b0-b18d-2bbd35507e80',204,NULL,NULL,NULL,NULL,1202,'99a4fa9d1ad94b9baeeadc4463118613',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(34,1795763077882364,'partners','create','Group','41580d7b-bfe8-49b0-9bec-919f6fef2927',201,NULL,NULL,NULL,'["displayName"]',607,'4659a7b7f261425a9733b3ac045ff8cf',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(35,1795763077884447,'partners','create','Group','149e3e53-3856-4bb5-91a6-c0efaa46b05c',201,NULL,NULL,NULL,'["displayName"]',590,'c81f2c4f1a30498795c3014642334443',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(36,1795763077822885,'staff','search','User',NULL,200,NULL,NULL,NULL,NULL,2642,'0384d989dacc44e5a19cb87c7037f369',NULL,NULL,NULL,NULL);
INSERT INTO "scim_journal" VALUES(37,1795763077825781,'staff','get','User','bb0542ff-7d01-4b58-9876-ac3ac210bb49',404,NULL,'no User has this id',NULL,NULL,3598,'8a80cc58eb604179a8ba1355d4b42c6b',NULL,NULL,NULL,NULL);
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
INSERT INTO "scim_membership" VALUES(6,1,1795763077763287);
INSERT INTO "scim_membership" VALUES(6,2,1795763077763287);
INSERT INTO "scim_membership" VALUES(6,5,1795763077786363);
INSERT INTO "scim_membership" VALUES(7,1,1795763077768444);
INSERT INTO "scim_membership" VALUES(12,10,1795763077851859);
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
INSERT INTO "scim_resource" VALUES(1,'aee610be-62b7-46e0-8666-e30616021985',1,1,0,'ann.éluard','ann@work.example.org','e-ann','Ann Éluard',1,2,1795763077745451,1795763077791674,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"],"userName":"Ann.Éluard","externalId":"e-ann","displayName":"Ann Éluard","name":{"givenName":"Ann","familyName":"Éluard"},"emails":[{"value":"ann@home.example.org","type":"home"},{"value":"ann@other.example.org","type":"other"},{"value":"Ann@Work.example.org","type":"work","primary":true}],"phoneNumbers":[{"value":"+33 1 00","type":"work"},{"value":"+33 6 00","type":"mobile","primary":true}],"roles":[{"value":"editor"},{"value":"reader"},{"value":"chief","primary":true}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"DSI","employeeNumber":"007"},"urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User":{"siret":"13002526500013"},"active":true}');
INSERT INTO "scim_resource" VALUES(2,'39cb120d-1dc2-46ab-a66c-feeefb3581cf',1,1,0,'bob','b@w.example.org','e-bob','bob',0,2,1795763077753474,1795763077778076,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","externalId":"e-bob","emails":[{"value":"bob@home.example.org"},{"value":"b@w.example.org","type":"work"}],"active":false}');
INSERT INTO "scim_resource" VALUES(3,'bb0542ff-7d01-4b58-9876-ac3ac210bb49',1,1,0,'carol','carol@example.org','e-carol','Carol',1,2,1795763077756322,1795763077794267,1795763077794267,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"carol","externalId":"e-carol","displayName":"Carol","emails":[{"value":"carol@example.org"}],"active":true}');
INSERT INTO "scim_resource" VALUES(4,'41ef73e1-0f8f-4f00-affa-46764b812499',1,1,0,'dave',NULL,'e-dave','Dave',1,1,1795763077758665,1795763077758665,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dave","externalId":"e-dave","displayName":"Dave","title":"agent","active":true}');
INSERT INTO "scim_resource" VALUES(5,'fa82e75c-21ef-4e07-b5a0-5e8a92dbbc2c',1,1,0,'erin',NULL,NULL,'Erin',1,1,1795763077760991,1795763077760991,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"erin","displayName":"Erin","active":true}');
INSERT INTO "scim_resource" VALUES(6,'f25bace3-4b1c-43b1-b0a7-81bd7100a70e',2,1,1,'élus du conseil',NULL,'g-elus','Élus du conseil',1,5,1795763077763287,1795763077794267,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus du conseil","externalId":"g-elus"}');
INSERT INTO "scim_resource" VALUES(7,'677c13c5-5064-4772-a7f0-6f78a0618dd9',2,1,1,'agents',NULL,NULL,'Agents',1,2,1795763077768444,1795763077794267,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Agents"}');
INSERT INTO "scim_resource" VALUES(8,'2ae8a9a2-2d76-4c70-88ae-0888d20267df',2,1,1,'personne',NULL,NULL,'Personne',1,1,1795763077771689,1795763077771689,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Personne"}');
INSERT INTO "scim_resource" VALUES(9,'e70fe908-ae7a-44b9-bbd0-ba1df02db78f',2,1,1,'anciens',NULL,NULL,'Anciens',1,2,1795763077773845,1795763077799378,1795763077799378,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Anciens"}');
INSERT INTO "scim_resource" VALUES(10,'742616e9-3130-4557-ad3e-20c8ada0d283',1,2,0,'zoe','zoe@example.org','e-ann','zoe',1,1,1795763077846713,1795763077846713,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoe","externalId":"e-ann","emails":[{"value":"zoe@example.org","type":"work"}],"title":"agent","active":true}');
INSERT INTO "scim_resource" VALUES(11,'3a62d351-87fe-4771-b166-af4c64ffed16',1,2,0,'yan',NULL,NULL,'yan',1,2,1795763077849625,1795763077854820,1795763077854820,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yan","active":true}');
INSERT INTO "scim_resource" VALUES(12,'aa25d21d-8ee8-44b0-a560-36dc5e45a6ec',2,2,2,'élus',NULL,NULL,'Élus',1,2,1795763077851859,1795763077854820,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Élus"}');
INSERT INTO "scim_resource" VALUES(13,'34b7fe60-4bab-4665-9d59-c408764c153c',1,2,0,'strasse',NULL,'e-Straße','Straße',1,1,1795763077858641,1795763077858641,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Straße","externalId":"e-Straße","active":true}');
INSERT INTO "scim_resource" VALUES(14,'3d2399a3-5972-48ab-9069-0b8783205058',1,2,0,'yves',NULL,'e-yves','yves',1,1,1795763077860775,1795763077860775,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yves","externalId":"e-yves","active":true}');
INSERT INTO "scim_resource" VALUES(15,'6815a4e2-e775-4e3c-a2fb-275a2b58e3e7',1,2,0,'yves ',NULL,'e-yves ','yves ',1,1,1795763077863094,1795763077863094,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yves ","externalId":"e-yves ","active":true}');
INSERT INTO "scim_resource" VALUES(16,'c663136d-b5e2-46de-a044-9c419b11940a',1,2,0,'yv​es',NULL,'e-yv​es','yv​es',1,1,1795763077865049,1795763077865049,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yv​es","externalId":"e-yv​es","active":true}');
INSERT INTO "scim_resource" VALUES(17,'fc0577e3-1acd-48da-bc7d-34d9a465ca01',1,2,0,'ｙves',NULL,'e-ｙves','ｙves',1,1,1795763077867164,1795763077867164,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ｙves","externalId":"e-ｙves","active":true}');
INSERT INTO "scim_resource" VALUES(18,'a3d80fe1-6a6a-4643-8150-c8e4b27bdc13',1,2,0,'two  words',NULL,'e-two  words','two  words',1,1,1795763077869173,1795763077869173,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"two  words","externalId":"e-two  words","active":true}');
INSERT INTO "scim_resource" VALUES(19,'22bbeaf5-d55b-4058-ab95-7e9e9b7c7064',1,2,0,'zoë k',NULL,'e-zoë k','zoë k',1,1,1795763077871235,1795763077871235,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"zoë k","externalId":"e-zoë k","active":true}');
INSERT INTO "scim_resource" VALUES(20,'169a721e-664b-4210-a8d5-b1acd2a4b91a',1,2,0,'y v e s ',NULL,NULL,'y v e s ',0,2,1795763077873346,1795763077875381,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"y v e s ","active":false}');
INSERT INTO "scim_resource" VALUES(21,'183f68b6-242b-49b0-b18d-2bbd35507e80',1,2,0,'yves  ',NULL,NULL,'yves  ',1,2,1795763077877911,1795763077879818,1795763077879818,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"yves  ","active":true}');
INSERT INTO "scim_resource" VALUES(22,'41580d7b-bfe8-49b0-9bec-919f6fef2927',2,2,2,'mairie　centrale',NULL,NULL,'Mairie　centrale',1,1,1795763077882797,1795763077882797,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Mairie　centrale"}');
INSERT INTO "scim_resource" VALUES(23,'149e3e53-3856-4bb5-91a6-c0efaa46b05c',2,2,2,'mairie centrale',NULL,NULL,'Mairie centrale',1,1,1795763077884890,1795763077884890,NULL,'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Mairie centrale"}');
CREATE TABLE scim_schema (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "scim_schema" VALUES(5);
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
INSERT INTO "scim_source" VALUES(1,'staff','keycloak','tolerant','https://sso.example.org/realms/staff','https://scim.example.org/scim/v2',NULL,'["web", "batch"]',1,1795763073695283);
INSERT INTO "scim_source" VALUES(2,'partners','okta','rfc',NULL,NULL,NULL,'[]',1,1795763074297628);
INSERT INTO "scim_source" VALUES(3,'former','generic','tolerant',NULL,NULL,NULL,'[]',0,1795763074903739);
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
INSERT INTO "scim_token" VALUES('ef4f91b2',1,'e109de0c4503b1e31dbf2ad80336c1e8664f4ec8476fea384541e132241f85c6',1795763075509322,NULL,NULL,1795763077744138);
INSERT INTO "scim_token" VALUES('39a4101a',2,'c7ecf7a18e5939fd89a20c2a98654d62755e63a405e06de41de5afcb08bae22c',1795763076097974,NULL,NULL,1795763077846163);
INSERT INTO "scim_token" VALUES('52fe329d',3,'03af84012e6494c4de5117dec9620152932289e43382a5b8750bae65ba0aa23d',1795763076711770,1803539076707468,NULL,NULL);
CREATE INDEX scim_former_membership_group ON scim_former_membership (group_pk, ended);
CREATE UNIQUE INDEX scim_change_version ON scim_change (resource, version);
CREATE INDEX scim_change_source ON scim_change (source, seq);
CREATE INDEX ix_scim_journal_request_id ON scim_journal (request_id);
CREATE INDEX ix_scim_journal_target_id ON scim_journal (target_id);
CREATE INDEX scim_journal_named ON scim_journal (seq) WHERE name IS NOT NULL;
CREATE INDEX ix_scim_journal_time ON scim_journal (time);
CREATE INDEX ix_scim_token_source ON scim_token (source);
CREATE UNIQUE INDEX scim_resource_mail ON scim_resource (type, mail_key) WHERE deleted IS NULL;
CREATE INDEX scim_resource_page ON scim_resource (source, type, pk) WHERE deleted IS NULL;
CREATE UNIQUE INDEX scim_resource_external_id ON scim_resource (source, type, external_id) WHERE deleted IS NULL;
CREATE UNIQUE INDEX scim_resource_key ON scim_resource (type, scope, "key") WHERE deleted IS NULL;
CREATE INDEX scim_attr_value_value ON scim_attr_value (path, substr(value, 1, 200), resource);
CREATE INDEX scim_membership_member ON scim_membership (member_pk, group_pk);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('scim_source',3);
COMMIT;
