#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the certificates and keys of this folder, which guard nothing. Needs openssl; what is there
# already stays: golden conversations and other tests have copies of some of it.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cat >"$work/ca.cnf" <<END
[ca]
default_ca = here
[here]
new_certs_dir = $work
database = $work/index
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:true
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = CA:false
subjectAltName = DNS:www.example.com
END

# key NAME ALGORITHM [OPTION]
key() {
    [ -e "$1.key" ] || openssl genpkey -quiet -algorithm "$2" ${3:+-pkeyopt "$3"} -out "$1.key"
}

# certificate NAME KEY ISSUER ISSUER'S-KEY leaf|authority FROM TO: ISSUER NAME is its own
certificate() {
    [ ! -e "$1.pem" ] || return 0
    : >"$work/index"
    openssl req -new -key "$2.key" -subj "/CN=$1.example.com" -out "$work/request"
    [ "$3" != "$1" ] && by="-cert $3.pem" || by=-selfsign
    # shellcheck disable=SC2086
    openssl ca -batch -notext -config "$work/ca.cnf" -extensions "$5" $by \
        -keyfile "$4.key" -startdate "$6" -enddate "$7" -in "$work/request" -out "$1.pem"
}

from=20200101000000Z to=21200101000000Z
for name in root intermediate server person; do
    key $name EC ec_paramgen_curve:P-256
done
certificate root root root root authority $from $to
certificate intermediate intermediate root root authority $from $to
certificate server server intermediate intermediate leaf $from $to
certificate person person person person leaf $from $to
certificate person2 person person2 person leaf $from $to
certificate expired server expired server leaf $from 20210101000000Z
certificate early server early server leaf 21000101000000Z $to
# The same name and another key: it did not sign what the true one signed.
[ -e false.pem ] || {
    mv intermediate.pem "$work"
    certificate intermediate person root root authority $from $to
    mv intermediate.pem false.pem
    mv "$work/intermediate.pem" .
}
for bits in 1024 2048 3072 4096; do
    key rsa$bits RSA rsa_keygen_bits:$bits
    certificate rsa$bits rsa$bits rsa$bits rsa$bits leaf $from $to
done
[ -e by-huge.pem ] || key huge RSA rsa_keygen_bits:10240
certificate huge huge huge huge authority $from $to
certificate by-huge server huge huge leaf $from $to
key ed25519 ED25519
certificate ed25519 ed25519 ed25519 ed25519 leaf $from $to
[ -e traditional.key ] || openssl rsa -in rsa2048.key -traditional -out traditional.key
[ -e ec.key ] || openssl ec -in server.key -out ec.key
[ -e encrypted.key ] ||
    openssl pkcs8 -topk8 -in server.key -passout pass:secret -out encrypted.key
[ -e encrypted-traditional.key ] || openssl rsa -aes128 -in rsa2048.key -traditional \
    -passout pass:secret -out encrypted-traditional.key
