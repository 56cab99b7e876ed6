#!/usr/bin/env bash
# Makes signatures.json, heads.json, quorum.json and roots.json with nothing but the openssl command line, so that no code
# of this project judges itself. The keys are thrown away: running it again makes other vectors of the same kinds. Needs
# OpenSSL 3 and bash.
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

hex() { od -An -v -tx1 | tr -d ' \n'; }
bin() { local h; h=$(cat); printf '%b' "$(sed 's/../\\x&/g' <<<"$h")"; }
b64() { openssl base64 -A; }
repeat() { local i; for ((i = 0; i < $2; i++)); do printf '%s' "$1"; done; }

new_key() { openssl genrsa -out "$1.pem" "$2" 2>/dev/null; openssl pkey -in "$1.pem" -pubout -out "$1.pub.pem"; }
modulus() { openssl rsa -in "$1.pem" -noout -modulus | sed 's/^Modulus=//' | tr A-F a-f; }
key_id() { openssl pkey -in "$1.pem" -pubout -outform DER | openssl dgst -sha256 -r | cut -c1-16; }
sign() { openssl dgst -sha256 -sign "$1.pem" "$2"; }
digest() { openssl dgst "-$1" -binary "$2" | hex; }
# Signs a block of our own making: hex of exactly the modulus' length.
# ("Decrypting" without padding is the same private-key operation as signing, and takes a block of any content.)
raw() { bin <<<"$2" >block; openssl pkeyutl -decrypt -inkey "$1.pem" -pkeyopt rsa_padding_mode:none -in block | hex; }

# Adds two hex numbers of the same length; prints the sum, one byte longer when it carries.
add() {
  local a=$1 b=$2 out='' carry=0 i sum
  for ((i = ${#a} - 2; i >= 0; i -= 2)); do
    sum=$((16#${a:i:2} + 16#${b:i:2} + carry))
    out=$(printf '%02x' $((sum & 255)))$out
    carry=$((sum >> 8))
  done
  if ((carry)); then out=01$out; fi
  printf '%s' "$out"
}
# Flips the lowest bit of the byte at an offset.
flip() { printf '%s%02x%s' "${1:0:$2*2}" $((16#${1:$2*2:2} ^ 1)) "${1:$2*2+2}"; }

for key in a b; do new_key $key 2048; done
new_key c 3072
new_key d 4096
A=$(modulus a) B=$(modulus b) C=$(modulus c) D=$(modulus d)

# ---------------------------------------------------------------- signatures.json
row() { # name valid modulus message-file signature-hex
  printf '{"name":"%s","valid":%s,"modulus":"%s","exponent":65537,"message":"%s","signature":"%s"}\n' \
    "$1" "$2" "$3" "$(b64 <"$4")" "$5" >>signatures.rows
}

printf 'soft-ota 1 0011223344556677\nrelease 1763692800\n\n' >m
printf 'soft-ota 1 0011223344556677\nrelease 1763692801\n\n' >other
: >empty
head -c 4096 /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 -nosalt 2>/dev/null >long || head -c 4096 /dev/urandom >long
S=$(sign a m | hex)
row 'good, RSA-2048' true "$A" m "$S"
row 'good, RSA-3072' true "$C" m "$(sign c m | hex)"
row 'good, RSA-4096' true "$D" m "$(sign d m | hex)"
row 'good, an empty message' true "$A" empty "$(sign a empty | hex)"
row 'good, 4096 bytes' true "$A" long "$(sign a long | hex)"

# Signatures that are small by luck: one that begins with a zero byte, one that leaves room for the modulus to be added.
zero='' room=''
for ((n = 0; n < 20000; n++)); do
  printf 'message %d\n' "$n" >try
  s=$(sign a try | hex)
  if [[ -z $zero && ${s:0:2} == 00 ]]; then zero=$s; cp try zero; fi
  if [[ -z $room ]]; then sum=$(add "$s" "$A"); if ((${#sum} == 512)); then room=$sum; cp try room; fi; fi
  if [[ -n $zero && -n $room ]]; then break; fi
done
row 'good, the signature begins with a zero byte' true "$A" zero "$zero"
row 'its zero byte left out' false "$A" zero "${zero:2}"
row 'signature + modulus, in the same length' false "$A" room "$room"
n=0
while :; do
  printf 'wide %d\n' $((n++)) >wide
  s=$(add "$(sign a wide | hex)" "$A")
  if ((${#s} == 514)); then break; fi
done
row 'signature + modulus, one byte longer' false "$A" wide "$s"

row 'a bit of the message flipped' false "$A" other "$S"
row 'the last bit of the signature flipped' false "$A" m "$(flip "$S" 255)"
row 'the first byte of the signature changed' false "$A" m "$(flip "$S" 0)"
row 'a bit flipped, RSA-3072' false "$C" m "$(flip "$(sign c m | hex)" 100)"
row 'a bit flipped, RSA-4096' false "$D" m "$(flip "$(sign d m | hex)" 100)"
row 'by another key' false "$A" m "$(sign b m | hex)"
row 'by a larger key' false "$A" m "$(sign c m | hex)"
row 'RSASSA-PSS' false "$A" m "$(openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sign a.pem m | hex)"
row 'SHA-1 throughout' false "$A" m "$(openssl dgst -sha1 -sign a.pem m | hex)"
row 'SHA-512 throughout' false "$A" m "$(openssl dgst -sha512 -sign a.pem m | hex)"
row 'one byte short' false "$A" m "${S:0:510}"
row 'one byte more at the end' false "$A" m "${S}00"
row 'a zero byte more at the front' false "$A" m "00$S"
row 'empty' false "$A" m ''
row 'all zero' false "$A" m "$(repeat 00 256)"
row 'one' false "$A" m "$(repeat 00 255)01"
row 'modulus' false "$A" m "$A"
row 'modulus - 1' false "$A" m "$(flip "$A" 255)" # odd, so flipping the last bit takes one away
row 'all ones' false "$A" m "$(repeat ff 256)"

# Blocks of our own making, signed with the true key: what only a careless check takes.
I=3031300d060960864801650304020105000420 H=$(digest sha256 m)
T=$I$H # DigestInfo and digest: 51 bytes; 00 01 + 202 of FF + 00 stand before it
hand() { local s; s=$(raw a "$3"); row "$1" "$2" "$A" m "$s"; }
bad() { hand "$1" false "$2"; }
hand 'good, the block made by hand' true "0001$(repeat ff 202)00$T"
bad 'short padding, garbage behind the digest (Bleichenbacher 2006)' "0001$(repeat ff 8)00$T$(repeat a5 194)"
bad 'one byte of garbage behind the digest' "0001$(repeat ff 201)00${T}a5"
bad 'seven bytes of padding, garbage behind the digest' "0001$(repeat ff 7)00$T$(repeat a5 195)"
bad 'no padding, garbage behind the digest' "000100$T$(repeat a5 202)"
bad 'zeros behind the digest' "0001$(repeat ff 8)00$T$(repeat 00 194)"
bad 'first byte of the padding not FF' "0001fe$(repeat ff 201)00$T"
bad 'a byte amid the padding not FF' "0001$(repeat ff 100)fe$(repeat ff 101)00$T"
bad 'last byte of the padding not FF' "0001$(repeat ff 201)fe00$T"
bad 'a zero amid the padding' "0001$(repeat ff 100)00$(repeat ff 101)00$T"
bad 'padding of zeros' "0001$(repeat 00 202)00$T"
bad 'no zero before DigestInfo' "0001$(repeat ff 203)$T"
bad 'block type 02' "0002$(repeat 5a 202)00$T"
bad 'block type 02 with FF' "0002$(repeat ff 202)00$T"
bad 'block type 00' "0000$(repeat 00 202)00$T"
bad 'first byte not zero' "0101$(repeat ff 202)00$T"
bad 'identifier of SHA-1 over a SHA-1 digest' "0001$(repeat ff 218)003021300906052b0e03021a05000414$(digest sha1 m)"
bad 'identifier of SHA-512 over a SHA-512 digest' "0001$(repeat ff 170)003051300d060960864801650304020305000440$(digest sha512 m)"
bad 'identifier of MD5 over an MD5 digest' "0001$(repeat ff 219)003020300c06082a864886f70d020505000410$(digest md5 m)"
bad 'identifier of SHA-512/256 over the SHA-256 digest' "0001$(repeat ff 202)003031300d060960864801650304020605000420$H"
bad 'DigestInfo without NULL' "0001$(repeat ff 204)00302f300b06096086480165030402010420$H"
bad 'DigestInfo with a long-form length' "0001$(repeat ff 201)00308131300d060960864801650304020105000420$H"
bad 'garbage in the parameters of DigestInfo' \
  "0001$(repeat ff 71)003081b330818e0609608648016503040201048180$(repeat a5 128)0420$H"
bad 'no DigestInfo' "0001$(repeat ff 221)00$H"
bad 'digest of another message' "0001$(repeat ff 202)00$I$(digest sha256 other)"
bad 'digest cut by a byte' "0001$(repeat ff 203)00$I${H:0:62}"
bad 'digest of zeros' "0001$(repeat ff 202)00$I$(repeat 00 32)"

# ---------------------------------------------------------------- heads.json
# code: "ok", or the code of the error. anchors: what data/anchors holds (docs/protocol.md, §10). head: base64.
# signed: the first line is well formed and a trusted key has rightly signed these bytes, whatever the other lines say.
key_lines() { printf '%s %s 65537\\n%s\\n' "$2" "$(key_id "$1")" "$(modulus "$1")"; }
anchor() { key_lines "$1" "${2:-both}"; }
epoch=0 threshold=1 # of the anchors
rows=heads.rows
AA=$(anchor a) AB=$(anchor b) AC=$(anchor c) AD=$(anchor d)
ia=$(key_id a) ib=$(key_id b) ic=$(key_id c) id=$(key_id d)
head_row() { # name code signed anchors (head on stdin)
  printf '{"name":"%s","code":"%s","signed":%s,"anchors":"%s","head":"%s"}\n' "$1" "$2" "$3" \
    "soft-ota-root 1\\nversion 0\\nepoch $epoch\\nthreshold $threshold\\n$4\\n" "$(b64)" >>"$rows"
}
lines() { # key ids, then the lines of a good head
  printf 'soft-ota 1 %s\nrelease 1763692800\nepoch 0\nabi 6\nboards s20 s31\npython 1.19\ncreated 1763692741\n' "$1"
  printf 'set 34 33567 40\nmanifest 2210 qL0m3V0m8G9n1y6o8mJ8nZkq3m1h2u6yT0b0c9x2b4E\n'
}
# Signs the body on stdin with each key in turn.
envelope() { local k; cat >body; cat body; for k in "$@"; do sign "$k" body; done; }
# A head whose lines went through sed, rightly signed by a.
good() { { lines "$ia" | sed "$2"; echo; } | envelope a | head_row "$1" ok true "$AA"; }
# The same, with a first line that cannot be used.
first() { { lines "$ia" | sed "$2"; echo; } | envelope a | head_row "$1" head_invalid false "$AA"; }
wrong() { { lines "$ia" | sed "$2"; echo; } | envelope a | head_row "$1" head_invalid true "$AA"; }

good 'as it should be' ''
good 'an unknown line' '3a colour green and blue'
good 'an unknown line directly behind the first' '1a zz 1'
good 'the lines of trust' '$a downgrade 1763700000\ninplace 1\nroot 2'
good 'in another order' '2{h;d};$G'
good 'for any board' 's/^boards.*/boards */'
good 'expires' '7a expires 1795228800'
epoch=3
good 'an epoch' 's/^epoch.*/epoch 3/'
epoch=0
good 'a MicroPython of three numbers' 's/^python.*/python 1.19.1/'
good 'the smallest release' 's/^release.*/release 1/'
good 'the largest release' 's/^release.*/release 4294967295/'
good 'an empty set' 's/^set.*/set 0 0 0/'
{ lines "$ic"; echo; } | envelope c | head_row 'RSA-3072' ok true "$AC"
{ lines "$id"; echo; } | envelope d | head_row 'RSA-4096' ok true "$AD"
{ lines "$ia"; echo; } | envelope a | head_row 'one of two anchors' ok true "$AB$AA"
{ lines "$ia,$ib"; echo; } | envelope a b | head_row 'two keys, the first trusted' ok true "$AA"
{ lines "$ia,$ib"; echo; } | envelope a b | head_row 'two keys, the second trusted' ok true "$AB"
{ lines "$ia,$ib"; echo; } | envelope a b | head_row 'two keys, both trusted' ok true "$AA$AB"
{ lines "$ib,$ia"; echo; } >body && { cat body; head -c 256 /dev/zero; sign a body; } |
  head_row 'two keys, the wrong one is not trusted' ok true "$AA"
padding=$(repeat x $((640 - 256 - $(lines "$ia" | wc -c) - 1 - 3)))
good '640 bytes' "\$a z $padding"

wrong '641 bytes with one RSA-2048 signature' "\$a z ${padding}x"
{ lines "$id"; printf 'z %s\n\n' "$(repeat x 1000)"; } | envelope d | head_row 'far more than 1152 bytes' head_invalid true "$AD"
padding=$(repeat x $((1152 - 512 - $(lines "$id" | wc -c) - 1 - 3)))
{ lines "$id"; printf 'z %s\n\n' "$padding"; } | envelope d | head_row '1152 bytes' ok true "$AD"
{ lines "$id"; printf 'z %sx\n\n' "$padding"; } | envelope d | head_row '1153 bytes' head_invalid true "$AD"
for name in release epoch abi boards python created set manifest; do
  wrong "no $name line" "/^$name/d"
done
wrong 'two release lines' '3a release 1763692801'
wrong 'two manifest lines' '$p'
wrong 'two expires lines' '$a expires 1\nexpires 2'
wrong 'release 0' 's/^release.*/release 0/'
wrong 'release over 32 bits' 's/^release.*/release 4294967296/'
wrong 'a leading zero in the release' 's/^release /release 0/'
wrong 'a negative release' 's/^release /release -/'
wrong 'a release with an exponent' 's/^release.*/release 1e9/'
wrong 'a release in hex' 's/^release.*/release 0x10/'
wrong 'two spaces' 's/^release /release  /'
wrong 'a space behind the release' 's/^release.*/& /'
wrong 'a tab for the space' 's/^release /release\t/'
wrong 'an empty value' 's/^boards.*/boards /'
wrong 'a name without value' 's/^boards.*/boards/'
wrong 'a board with a slash' 's/^boards.*/boards a\/b/'
wrong 'a MicroPython of one number' 's/^python.*/python 1/'
wrong 'a MicroPython with a leading zero' 's/^python.*/python 1.09/'
wrong 'a preview of a MicroPython' 's/^python.*/python 1.27.0-preview/'
wrong 'abi 0' 's/^abi.*/abi 0/'
wrong 'abi with leading zeros' 's/^abi.*/abi 006/'
wrong 'a set of two numbers' 's/^set.*/set 34 33567/'
wrong 'a set of four numbers' 's/^set.*/& 1/'
wrong 'a manifest hash with =' 's/^manifest.*/&=/'
wrong 'a manifest hash one short' 's/^\(manifest.*\)./\1/'
wrong 'a manifest hash with bits to spare' 's/^\(manifest.*\)E$/\1F/'
wrong 'a manifest hash in hex' "s/^manifest.*/manifest 2210 $(repeat ab 32)/"
wrong 'a manifest without size' 's/^manifest [0-9]* /manifest /'
wrong 'root 0' '$a root 0'
wrong 'a root of letters' '$a root x'
wrong 'two root lines' '$a root 1\nroot 2'
wrong 'downgrade 0' '$a downgrade 0'
wrong 'a downgrade of letters' '$a downgrade yes'
wrong 'inplace 2' '$a inplace 2'
wrong 'CRLF in one line' '2s/$/\r/'
for name in epoch abi boards python created set; do wrong "two $name lines" "/^$name/p"; done
wrong 'two unknown lines of one name' '$a zz 1\nzz 2'
wrong 'a space before a name' 's/^release/ release/'
# What int() of Python takes, and a reader of these lines must not.
wrong 'a plus before the release' 's/^release /release +/'
wrong 'an underscore in the release' 's/^release.*/release 1763_692800/'
wrong 'a negative epoch' 's/^epoch.*/epoch -0/'
wrong 'a leading zero in the epoch' 's/^epoch.*/epoch 00/'
wrong 'two spaces before the epoch' 's/^epoch /epoch  /'
wrong 'a plus before abi' 's/^abi.*/abi +6/'
wrong 'a leading zero in created' 's/^created /created 0/'
wrong 'a negative created' 's/^created /created -/'
wrong 'a negative expires' '$a expires -1'
wrong 'a leading zero in the set' 's/^set /set 0/'
wrong 'a plus in the set' 's/^\(set .* \)/\1+/'
wrong 'a space behind the set' 's/^set.*/& /'
wrong 'a leading zero in the size of the manifest' 's/^manifest /manifest 0/'
wrong 'a negative size of the manifest' 's/^manifest /manifest -/'
wrong 'two spaces in the manifest line' 's/^\(manifest [0-9]*\) /\1  /'
wrong 'a word behind the manifest hash' 's/^manifest.*/& x/'
wrong 'a leading zero in root' '$a root 02'
wrong 'a plus before root' '$a root +2'
wrong 'a leading zero in the downgrade' '$a downgrade 01763700000'
wrong 'a downgrade over 32 bits' '$a downgrade 4294967296'
wrong 'an epoch over 32 bits' 's/^epoch.*/epoch 4294967296/'
wrong 'inplace 01' '$a inplace 01'
wrong 'a star among boards' 's/^boards.*/boards * s20/'
wrong 'two spaces between boards' 's/^boards.*/boards s20  s31/'
wrong 'a board of 65 characters' "s/^boards.*/boards s20 $(repeat x 65)/"
wrong 'a MicroPython of four numbers' 's/^python.*/python 1.19.0.0/'
wrong 'a plus in the MicroPython' 's/^python.*/python 1.+19/'
wrong 'a control character in a value' 's/^boards.*/boards s20\x0bs31/'
wrong 'a byte over 127 in an unknown line' '$a zz \xe9'
{ { lines "$ia"; echo; } | sed 's/$/\r/'; } | envelope a | head_row 'CRLF throughout' head_invalid false "$AA"
first 'another format version' '1s/ 1 / 2 /'
first 'another magic' '1s/soft/hard/'
first 'a key id in capitals' "1s/$ia/$(tr a-f A-F <<<"${ia}" | sed 's/^./A/')/"
first 'a short key id' "1s/$ia/${ia:1}/"
first 'no key id' '1s/ [0-9a-f]*$//'
{ lines "$ia"; echo; } | envelope a >whole
size=$(wc -c <whole)
: | head_row 'empty' head_invalid false "$AA"
head -c 10 whole | head_row 'cut in the first line' head_invalid false "$AA"
head -c 100 whole | head_row 'cut in a line' head_invalid false "$AA"
head -c $((size - 257)) whole | head_row 'cut before the empty line' head_invalid false "$AA"
head -c $((size - 256)) whole | head_row 'cut before the signature' head_invalid false "$AA"
head -c $((size - 255)) whole | head_row 'cut behind one byte of the signature' signature_invalid false "$AA"
head -c $((size - 1)) whole | head_row 'cut by one byte' signature_invalid false "$AA"
{ cat whole; printf 'x'; } | head_row 'one byte more' signature_invalid false "$AA"
{ printf '\n'; cat whole; } | head_row 'a line feed at the front' head_invalid false "$AA"
sed '2s/800$/801/' whole | head_row 'another release' signature_invalid false "$AA"
sed '3s/0$/1/' whole | head_row 'another epoch' signature_invalid false "$AA"
sed '2a z 1' whole | head_row 'an unknown line slipped in' signature_invalid false "$AA"
{ lines "$ia" >body; sign a body >s; lines "$ia"; echo; cat s; } | head_row 'signed without the empty line' signature_invalid false "$AA"
{ { lines "$ia"; echo; } >body; cat body; openssl dgst -sha1 -sign a.pem body; } | head_row 'signed with SHA-1' signature_invalid false "$AA"
{ { lines "$ia"; echo; } >body; cat body; openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sign a.pem body; } |
  head_row 'signed with PSS' signature_invalid false "$AA"
{ { lines "$ia"; echo; } >body; cat body; head -c 256 /dev/zero; } | head_row 'signed with zeros' signature_invalid false "$AA"
{ lines "$ia"; echo; } | envelope b | head_row 'signed by another key in its name' signature_invalid false "$AA"
{ lines "$ia,$ib"; echo; } | envelope b a | head_row 'two signatures the wrong way round' signature_invalid false "$AA"
{ lines "$ia,$ib"; echo; } | envelope a | head_row 'two keys, one signature' signature_invalid false "$AA"
{ lines "$ia"; echo; } | envelope a b | head_row 'one key, two signatures' signature_invalid false "$AA"
{ lines "$ia,$ic"; echo; } | envelope a c | head_row 'two keys of different size' signature_invalid false "$AA"
{ lines "$ia,$ib"; echo; } | envelope a b | head -c -1 | head_row 'two keys, cut by one byte' head_invalid false "$AA"
{ lines "$ib"; echo; } | envelope b | head_row 'another key' wrong_key false "$AA"
{ lines "$ib,$ic"; echo; } | envelope b b | head_row 'two other keys' wrong_key false "$AA"
{ lines "$ib"; echo; } | envelope a | head_row 'the trusted key under the name of another' wrong_key false "$AA"

# ---------------------------------------------------------------- quorum.json: the same for several keys
# Thresholds and roles: what counts is distinct release keys.
rows=quorum.rows
threshold=2
{ lines "$ia,$ib"; echo; } | envelope a b | head_row 'threshold 2, two keys' ok true "$AA$AB"
{ lines "$ib,$ia"; echo; } | envelope b a | head_row 'threshold 2, in the other order' ok true "$AA$AB"
new_key e 2048
ie=$(key_id e) AE=$(anchor e)
{ lines "$ia,$ib,$ie"; echo; } | envelope a b e | head_row 'threshold 2, three keys' ok true "$AA$AB$AE"
{ lines "$ie,$ia,$ib"; echo; } >body && { cat body; head -c 256 /dev/zero; sign a body; sign b body; } |
  head_row 'threshold 2, the wrong one of three is not trusted' ok true "$AA$AB"
{ lines "$ia"; echo; } | envelope a | head_row 'threshold 2, one key' threshold_unmet false "$AA$AB"
{ lines "$ia,$ia"; echo; } | envelope a a | head_row 'threshold 2, one key twice' threshold_unmet false "$AA$AB"
{ lines "$ia,$ie"; echo; } | envelope a e | head_row 'threshold 2, one of two trusted' threshold_unmet false "$AA$AB"
{ lines "$ia,$ib"; echo; } >body && { cat body; sign a body; head -c 256 /dev/zero; } |
  head_row 'threshold 2, one has not signed yet' signature_invalid false "$AA$AB"
{ lines "$ia,$ib,$ie"; echo; } >body && { cat body; sign a body; sign b body; sign a body; } |
  head_row 'threshold 2, three keys, the third signature wrong' signature_invalid false "$AA$AB$AE"
{ lines "$ia,$ib"; echo; } | envelope a b | head_row 'threshold 2, a root key is no release key' threshold_unmet false \
  "$(anchor a root)$(anchor b release)$(anchor e release)"
threshold=1
{ lines "$ia"; echo; } | envelope a | head_row 'a release key' ok true "$(anchor b root)$(anchor a release)"
{ lines "$ia"; echo; } | envelope a | head_row 'a root key signs no heads' wrong_key false "$(anchor a root)$(anchor b release)"
{ lines "$ia"; echo; } | sed 's/^epoch.*/epoch 1/' | envelope a | head_row 'a later epoch' epoch_wrong true "$AA"
epoch=2
{ lines "$ia"; echo; } | sed 's/^epoch.*/epoch 1/' | envelope a | head_row 'an earlier epoch' epoch_wrong true "$AA"
epoch=0

# ---------------------------------------------------------------- roots.json
# code: "ok", or the code of the error. signed: the next file is signed as it must be, and its version and epoch may follow,
# whatever is wrong with its other lines. current: which of the anchors a device has. next: base64.
for key in f g h i; do new_key $key 2048; done
new_key weak 1024
if_=$(key_id f)
root_lines() { # key ids, version, epoch, threshold, then the key lines
  printf 'soft-ota-root 1%s\nversion %s\nepoch %s\nthreshold %s\n' "${1:+ $1}" "$2" "$3" "$4"
  shift 4
  printf '%b' "$@"
}
json_lines() { sed ':a;N;$!ba;s/\n/\\n/g'; }
current_row() { printf '"%s":"%s"\n' "$1" "$({ root_lines '' "${@:2}"; echo; } | json_lines)\\n" >>currents.rows; }
RA=$(anchor a root) RB=$(anchor b root) RC=$(anchor c root) LE=$(anchor e release) LF=$(anchor f release)
current_row first 0 0 1 "$AA"
current_row plain 1 0 1 "$RA" "$LE"
current_row two-roots 1 0 1 "$RA" "$RB" "$LE"
current_row epoch-3 7 3 1 "$RA" "$LE"
current_row large 1 0 1 "$RC" "$LE"
root_row() { # name code signed current (root file on stdin)
  printf '{"name":"%s","code":"%s","signed":%s,"current":"%s","next":"%s"}\n' "$1" "$2" "$3" "$4" "$(b64)" >>roots.rows
}
# name code signed current signers key-ids version epoch threshold key-lines...
root() {
  { root_lines "${@:6}"; echo; } | envelope $5 | root_row "$1" "$2" "$3" "$4"
}
root 'another release key' ok true plain a "$ia" 2 0 1 "$RA" "$LF"
root 'a second release key' ok true plain a "$ia" 2 0 1 "$RA" "$LE" "$LF"
root 'threshold 2' ok true plain a "$ia" 2 0 2 "$RA" "$LE" "$LF"
root 'a new epoch' ok true plain a "$ia" 2 1 1 "$RA" "$LE"
root 'an epoch that skips one' ok true plain a "$ia" 2 2 1 "$RA" "$LE"
root 'another root key, both have signed' ok true plain 'a b' "$ia,$ib" 2 0 1 "$RB" "$LE"
root 'the same in the other order' ok true plain 'b a' "$ib,$ia" 2 0 1 "$RB" "$LE"
root 'the first change: a key for everything hands over to a root key' ok true first 'a b' "$ia,$ib" 1 0 1 "$RB" "$(anchor a release)"
root 'the first change without a root key' ok true first 'a b' "$ia,$ib" 1 0 1 "$AB"
root 'one of two root keys' ok true two-roots b "$ib" 2 0 1 "$RB" "$LE"
root 'a key that nobody knows has signed as well' ok true plain 'a f' "$ia,$if_" 2 0 1 "$RA" "$LE"
root 'a release key has signed as well' ok true plain 'a e' "$ia,$ie" 2 0 1 "$RA" "$LE"
root 'one key twice' ok true plain 'a a' "$ia,$ia" 2 0 1 "$RA" "$LF"
root 'keys in another order' ok true plain a "$ia" 2 0 1 "$LF" "$LE" "$RA"
root 'RSA-3072' ok true large c "$ic" 2 0 1 "$RC" "$LF"
root 'six keys' ok true plain a "$ia" 2 0 1 "$RA" "$LE" "$LF" "$(anchor g release)" "$(anchor h release)" "$(anchor i release)"
{ root_lines "$if_,$ia" 2 0 1 "$RA" "$LE"; echo; } >body && { cat body; head -c 256 /dev/zero; sign a body; } |
  root_row 'a key that nobody knows has signed wrongly' ok true plain

root 'the same version' root_version false plain a "$ia" 1 0 1 "$RA" "$LF"
root 'a version before' root_version false plain a "$ia" 0 0 1 "$RA" "$LF"
root 'a version left out' root_version false plain a "$ia" 3 0 1 "$RA" "$LF"
root 'a lower epoch' epoch_wrong false epoch-3 a "$ia" 8 2 1 "$RA" "$LF"

root 'signed by a release key' wrong_key false plain e "$ie" 2 0 1 "$RA" "$LE"
root 'signed by a key that nobody knows' wrong_key false plain f "$if_" 2 0 1 "$RA" "$LE"
root 'signed by a root key that it names itself' wrong_key false plain b "$ib" 2 0 1 "$RB" "$LE"
root 'signed by the old root key alone' wrong_key false plain a "$ia" 2 0 1 "$RB" "$LE"
root 'the old root key twice, the new one not' wrong_key false plain 'a a' "$ia,$ia" 2 0 1 "$RB" "$LE"
root 'a root key that becomes a release key' wrong_key false plain a "$ia" 2 0 1 "$RB" "$(anchor a release)"
{ root_lines '' 2 0 1 "$RA" "$LF"; echo; } | root_row 'signed by nobody' wrong_key false plain

root 'signed by another key in its name' signature_invalid false plain f "$ia" 2 0 1 "$RA" "$LE"
root 'two signatures the wrong way round' signature_invalid false plain 'b a' "$ia,$ib" 2 0 1 "$RB" "$LE"
{ root_lines "$ia,$ib" 2 0 1 "$RB" "$LE"; echo; } >body && { cat body; sign a body; head -c 256 /dev/zero; } |
  root_row 'the new root key has not signed yet' signature_invalid false plain
{ root_lines "$ia,$ib" 2 0 1 "$RA" "$RB" "$LE"; echo; } >body && { cat body; sign a body; head -c 256 /dev/zero; } |
  root_row 'one signature is enough, and the other is wrong' signature_invalid false plain
{ root_lines "$ia" 2 0 1 "$RA" "$LF"; echo; } | envelope a >whole
size=$(wc -c <whole)
{ cat whole; printf 'x'; } | root_row 'one byte more' signature_invalid false plain
head -c $((size - 1)) whole | root_row 'cut by one byte' signature_invalid false plain
{ root_lines "$ia" 2 0 1 "$RA" "$LE" "$LF"; echo; } | envelope a | sed '4s/1/2/' | root_row 'another threshold' signature_invalid false plain
{ root_lines "$ia" 2 0 1 "$RA" "$LE"; echo; } >body && { cat body; openssl dgst -sha1 -sign a.pem body; } |
  root_row 'signed with SHA-1' signature_invalid false plain

odd() { # name, then a sed script for the lines of a good file, rightly signed by a
  { root_lines "$ia" 2 0 1 "$RA" "$LE"; echo; } | sed "$2" | envelope a | root_row "$1" root_invalid "${3:-true}" plain
}
root 'seven keys: more than 4096 bytes' root_invalid false plain a "$ia" 2 0 1 "$RA" "$LE" "$LF" "$(anchor b release)" \
  "$(anchor g release)" "$(anchor h release)" "$(anchor i release)"
root 'no root key' root_invalid false plain a "$ia" 2 0 1 "$LE"
root 'no release key' root_invalid true plain a "$ia" 2 0 1 "$RA"
root 'a threshold that no keys reach' root_invalid true plain a "$ia" 2 0 2 "$RA" "$LE"
root 'a key twice' root_invalid true plain a "$ia" 2 0 1 "$RA" "$LE" "$LE"
root 'a root key twice' root_invalid true plain a "$ia" 2 0 1 "$RA" "$RA" "$LE"
root 'a key in two roles' root_invalid true plain a "$ia" 2 0 1 "$RA" "$LE" "$(anchor a release)"
root 'a key of 1024 bits' root_invalid true plain a "$ia" 2 0 1 "$RA" "$LE" "$(anchor weak release)"
odd 'another magic' '1s/-root//' false
odd 'another format version' '1s/ 1 / 2 /' false
odd 'a word behind the key ids' '1s/$/ x/' false
odd 'a short key id' "1s/$ia/${ia:1}/" false
odd 'threshold 0' 's/^threshold.*/threshold 0/'
odd 'threshold -1' 's/^threshold.*/threshold -1/'
odd 'a plus before the threshold' 's/^threshold.*/threshold +1/'
odd 'a leading zero in the threshold' 's/^threshold.*/threshold 01/'
odd 'a space behind the threshold' 's/^threshold.*/& /'
odd 'two threshold lines' '4p'
odd 'two version lines' '2p'
odd 'a plus before the version' 's/^version /version +/'
odd 'an underscore in the version' 's/^version.*/version 0_2/'
odd 'two spaces before the version' 's/^version /version  /'
odd 'a negative epoch' 's/^epoch.*/epoch -0/'
odd 'a leading zero in the epoch' 's/^epoch.*/epoch 00/'
odd 'CRLF in one line' '2s/$/\r/'
odd 'a leading zero in the version' 's/^version /version 0/' false
odd 'no version' '/^version/d' false
odd 'no epoch' '/^epoch/d' false
odd 'no threshold' '/^threshold/d' false
odd 'lines in another order' '3{h;d};4G' false
odd 'an unknown line' '4a colour green'
odd 'an unknown role' 's/^release/relative/'
odd 'a role in capitals' 's/^release/Release/'
odd 'two spaces in a key line' '/^release/s/ /  /'
odd 'a word behind the exponent' '/^release/s/$/ x/'
odd 'the exponent 1' "/^release/s/65537/1/"
odd 'the exponent 0' "/^release/s/65537/0/"
odd 'a plus before the exponent' "/^release/s/65537/+65537/"
odd 'a leading zero in the exponent' "/^release/s/65537/065537/"
odd 'the exponent 3' "/^release/s/65537/3/"
odd 'the id of another key' "s/^release $ie/release $if_/"
odd 'a modulus in capitals' '8s/[a-f]/\U&/g'
odd 'a modulus with a zero byte in front' '8s/^/00/'
odd 'half a byte' '8s/.$//'
odd 'no modulus' '8d'
odd 'a line more' '8a x'
{ { root_lines "$ia" 2 0 1 "$RA" "$LE"; echo; } | sed 's/$/\r/'; } | envelope a | root_row 'CRLF throughout' root_invalid false plain
: | root_row 'empty' root_invalid false plain
head -c 300 whole | root_row 'cut in a line' root_invalid false plain
head -c $((size - 256)) whole | root_row 'cut before the signature' root_invalid false plain
{ { root_lines '' 2 0 1 "$RA" "$LE"; echo; } >body; cat body; sign a body; } | root_row 'a signature that no id stands for' root_invalid false plain

# One vector a line, the files by rename: a run that fails leaves the old ones.
{
  printf '{"currents":{\n'
  sed '$!s/$/,/' currents.rows
  printf '},"vectors":[\n'
  sed '$!s/$/,/' roots.rows
  printf ']}\n'
} >"$here/roots.json.new"
mv "$here/roots.json.new" "$here/roots.json"
for name in signatures heads quorum; do
  { echo '['; sed '$!s/$/,/' $name.rows; echo ']'; } >"$here/$name.json.new"
  mv "$here/$name.json.new" "$here/$name.json"
done
