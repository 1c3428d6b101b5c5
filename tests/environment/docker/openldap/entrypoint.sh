#!/bin/bash
# Configure slapd at the first start, then become it.
set -euo pipefail
suffix=${LDAP_SUFFIX:-dc=example,dc=org}
# slapd sizes its table of connections by this limit: Docker's default costs hundreds of megabytes.
ulimit -n 1024
if [ ! -d /etc/ldap/slapd.d/cn=config ]; then
  mkdir -p /etc/ldap/slapd.d /var/lib/ldap /run/slapd
  password=$(slappasswd -s "${LDAP_ADMIN_PASSWORD:?is not set}")
  slapadd -n 0 -F /etc/ldap/slapd.d <<END
dn: cn=config
objectClass: olcGlobal
cn: config

dn: cn=module,cn=config
objectClass: olcModuleList
cn: module
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif
include: file:///etc/ldap/schema/cosine.ldif
include: file:///etc/ldap/schema/inetorgperson.ldif

dn: olcDatabase={1}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {1}mdb
olcDbDirectory: /var/lib/ldap
olcDbMaxSize: 268435456
olcSuffix: $suffix
olcRootDN: cn=admin,$suffix
olcRootPW: $password
olcDbIndex: objectClass,uid,mail,entryUUID,entryCSN,modifyTimestamp eq
olcAccess: {0}to attrs=userPassword by self write by anonymous auth by * none
olcAccess: {1}to * by * read

dn: olcOverlay={0}ppolicy,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: {0}ppolicy
olcPPolicyDefault: cn=default,ou=policies,$suffix
END
  for file in /ldif/*.ldif; do
    if [ -e "$file" ]; then slapadd -n 1 -F /etc/ldap/slapd.d -l "$file"; fi
  done
  chown -R openldap:openldap /etc/ldap/slapd.d /var/lib/ldap /run/slapd
fi
exec slapd -d none -u openldap -g openldap -F /etc/ldap/slapd.d -h ldap:///
