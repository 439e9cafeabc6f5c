#!/usr/bin/env python3
"""Receipts at every boundary of docs/protocol.md, with the verdict that each must have.

    hostile.py keys      the verifier keys of the log and of its witness
    hostile.py points    32 bytes that are no public key: name TAB hexadecimal
    hostile.py           a line for each: verdict TAB reason TAB name TAB Base64 of the file

Most are well signed: whoever has the log's key can make them, and no two readers may differ
over them.  Signatures that no library makes are made by hand.
"""
import base64
import hashlib
import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import verify

SALT, BODY_SALT = bytes(range(32)), bytes(range(32, 64))
LARGEST, LAST = "9007199254740991", "9007199254740990"
LOG_SECRET, WITNESS_SECRET = b"\x07" * 32, b"\x08" * 32
BASE = verify.decoded(bytes.fromhex("58" + "66" * 31))
# A point of order 8.
T8 = verify.decoded(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))


def b64(data):
    return base64.b64encode(data).decode()


def sha(data):
    return hashlib.sha256(data).digest()


# Signatures, good and not quite

def encoded(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def scalar(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % verify.L


def secret(seed):
    h = hashlib.sha512(seed).digest()
    return int.from_bytes(h[:32], "little") & ((1 << 254) - 8) | 1 << 254, h[32:]


def public(seed):
    return encoded(verify.multiply(secret(seed)[0], BASE))


def sign(seed, message, off=verify.NEUTRAL, more=0, r=None):
    """R is moved by the point off, S made larger by more; r is the secret of R."""
    if off == verify.NEUTRAL and more == 0 and r is None:
        return Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    a, prefix = secret(seed)
    r = scalar(prefix, message) if r is None else r
    R = encoded(verify.add(verify.multiply(r, BASE), off))
    s = (r + scalar(R, PUBLIC[seed], message) * a) % verify.L + more
    return R + s.to_bytes(32, "little")


PUBLIC = {seed: public(seed) for seed in (LOG_SECRET, WITNESS_SECRET)}


def vkey(name, seed, kind):
    material = bytes([kind]) + PUBLIC[seed]
    return "%s+%s+%s" % (name, sha(name.encode() + b"\n" + material)[:4].hex(), b64(material))


LOG_KEY = vkey("log.example/h", LOG_SECRET, verify.LOG)
WITNESS_KEY = vkey("w.example", WITNESS_SECRET, verify.WITNESS)
LOG, WITNESS = verify.Key(LOG_KEY, verify.LOG), verify.Key(WITNESS_KEY, verify.WITNESS)


def line(name, id_, blob):
    return "\u2014 %s %s\n" % (name, b64(id_ + blob))


def log_line(text, cut=64, tail=b"", **how):
    return line(LOG.name, LOG.id, sign(LOG_SECRET, text.encode(), **how)[:cut] + tail)


def witness_line(text, t=1795397413, seed=WITNESS_SECRET, tail=b"", **how):
    message = b"cosignature/v1\ntime %d\n" % t + text.encode()
    return line(WITNESS.name, WITNESS.id, t.to_bytes(8, "big") + sign(seed, message, **how) + tail)


# Signature lines of a text

def log_and_witness(**how):
    return lambda text: log_line(text) + witness_line(text, **how)


def log_by(**how):
    return lambda text: log_line(text, **how) + witness_line(text)


def also(more):
    return lambda text: log_and_witness()(text) + more


# Receipts

def same(text):
    return text


def swap(a, b):
    return lambda text: text.replace(a, b, 1)


def put(member, value):
    return lambda members: members.__setitem__(member, value)


def root_of(record, index, size, path):
    """Of the tree in which the path is right; of one leaf where there is no such tree."""
    leaf = verify.leaf_of(record, SALT)
    numbers = verify.number(index), verify.number(size)
    return None not in numbers and verify.walk(leaf, *numbers, path) or leaf


def receipt(record=None, body='{"a":1}', index="0", size="1", path=(), root=None,
            origin=LOG.name, more="", extra="", sigs=log_and_witness(), text=None,
            pre="c2sp.org/tlog-proof@v1\n", raw=same, cp=same, pf=same, bind=True, edit=None):
    """BH in the record stands for the body's hash; without bind there is no body in the receipt."""
    bound = verify.body_hash(body, BODY_SALT)
    record = ('{"at":"2026","body":"BH"}' if record is None else record).replace("BH", bound)
    root = b64(root_of(record, index, size, path)) if root is None else root
    text = "%s\n%s\n%s\n%s" % (origin, size, root, more) if text is None else text
    hashes = "".join(b64(p) + "\n" for p in path)
    proof = pf(pre + extra + "index " + index + "\n" + hashes + "\n" + cp(text + "\n" + sigs(text)))
    members = {"wzm_receipt": 1, "record": record, "salt": b64(SALT), "proof": proof}
    if bind:
        members.update(body=body, body_salt=b64(BODY_SALT))
    if edit:
        edit(members)
    file = raw(json.dumps(members, ensure_ascii=False))
    return file if isinstance(file, bytes) else file.encode("utf-8", "surrogatepass")


def bare(record):
    return receipt(record=record, bind=False)


def deep(n):
    return '{"x":' + "[" * (n - 1) + "]" * (n - 1) + "}"


POINTS = {
    "neutral": encoded(verify.NEUTRAL),
    "neutral, y not below p": (verify.P + 1).to_bytes(32, "little"),
    "neutral, with the sign of x": (1 | 1 << 255).to_bytes(32, "little"),
    "of order 2": encoded(verify.multiply(4, T8)),
    "of order 4": encoded(verify.multiply(2, T8)),
    "of order 8": encoded(T8),
    "of mixed order": encoded(verify.add(verify.multiply(7, BASE), T8)),
    "not on the curve": (2).to_bytes(32, "little"),
    "y of 2^255 - 1": (2**255 - 1).to_bytes(32, "little"),
}

MATCH = {
    "plain": receipt(),
    "without body, record has one": receipt(bind=False),
    "leading+trailing blanks and CRLF between members":
        receipt(raw=lambda s: '\r\n\t ' + s.replace(', "', ',\r\n"') + '\r\n'),
    "name escaped once": receipt(raw=swap('"salt"', '"s\\u0061lt"')),
    "raw DEL in record": receipt(record='{"at":"\x7f"}', bind=False),
    "record 16384": receipt(record='{"x":"' + "a" * 16376 + '"}', bind=False),
    "body 1048576": receipt(body="a" * 1048576),
    "body empty": receipt(body=""),
    "body with NUL": receipt(body="a\0b"),
    "body no JSON": receipt(body="{"),
    "file 4194304": receipt(raw=lambda s: s + " " * (4194304-len(s.encode()))),
    "extra": receipt(extra="extra AA==\n"),
    "extra 96000 bytes": receipt(extra="extra " + b64(b"x" * 96000) + "\n"),
    "size 2^53-1, index 0, 53 hashes":
        receipt(size=LARGEST, path=[sha(b"%d" % i) for i in range(53)]),
    "size 2^53-1, last index":
        receipt(size=LARGEST, index=LAST, path=[sha(b"%d" % i) for i in range(52)]),
    "index 4 of 5": receipt(size="5", index="4", path=[b"1" * 32]),
    "index 6 of 7": receipt(size="7", index="6", path=[b"1" * 32, b"2" * 32]),
    "checkpoint DEL and C1 in text": receipt(more="a\x7f\x85\u2028b\n"),
    "more lines": receipt(more="x\n— y\n"),
    "text 16384": receipt(more="a" * (16384-len(LOG.name)-1-2-45-1) + "\n"),
    "other log line is junk":
        receipt(sigs=lambda t: line(LOG.name, b"1234", b"1") + log_and_witness()(t)),
    "32 lines": receipt(sigs=lambda t: log_and_witness()(t) + line("x", b"1234", b"1")*30),
    "blob 8192": receipt(sigs=also(line("x", b"1234", b"1" * 8188))),
    "name U+200B": receipt(sigs=also(line("x\u200b", b"1234", b"1"))),
    "name U+FEFF": receipt(sigs=also(line("\ufeff", b"1234", b"1"))),
    "name U+180E": receipt(sigs=also(line("\u180e", b"1234", b"1"))),
    "name U+0080": receipt(sigs=also(line("\x80", b"1234", b"1"))),
    "name 255": receipt(sigs=also(line("x" * 255, b"1234", b"1"))),
    "log signature twice": receipt(sigs=lambda t: log_line(t) + log_and_witness()(t)),
    "witness twice, other times":
        receipt(sigs=lambda t: log_and_witness()(t) + witness_line(t, t=5)),
    "witness time 0": receipt(sigs=log_and_witness(t=0)),
    "witness time 2^63-1": receipt(sigs=log_and_witness(t=2**63-1)),
    "witness before log": receipt(sigs=lambda t: witness_line(t) + log_line(t)),
    "record {}": bare("{}"),
    "record with blanks around": bare(" \r\n{ } \t"),
    "record 1e999": bare('{"a":1e999}'),
    "record 16000 digits": bare('{"a":' + "9" * 16000 + '}'),
    "record 1.5": bare('{"a":1.5}'),
    "record not canonical": bare('{"b":1,"a":-0}'),
    "record name not ASCII": bare('{"金":1}'),
    "record other name twice": bare('{"a":1,"a":1}'),
    "record nested body twice": bare('{"a":{"body":1,"body":2}}'),
    "record body escaped once": receipt(record='{"b\\u006fdy":"BH"}'),
    "record body\\0 too": receipt(record='{"body":"BH","body\\u0000":"x"}'),
    "record at 31": bare('{"at":"' + "1" * 31 + '"}'),
    "record at 31 escaped bytes": bare('{"at":"' + "\\u0031" * 31 + '"}'),
    "record body x, none in receipt": bare('{"body":"x"}'),
    "record pair": bare('{"x":"\\ud83d\\ude00"}'),
    "record \\u0000": bare('{"x":"\\u0000"}'),
    "record depth 15": bare(deep(15)),
    "record depth 16": bare(deep(16)),
    "record depth 16 holding a number": bare('{"x":' + "[" * 15 + "1" + "]" * 15 + '}'),
}

MISMATCH = {
    "root": {
        "other salt": receipt(edit=put("salt", b64(b"1" * 32))),
        "root wrong": receipt(root=b64(b"1" * 32)),
        "root wrong and record no JSON": receipt(root=b64(b"1" * 32), record="{"),
    },
    "body": {
        "other body_salt": receipt(edit=put("body_salt", b64(b"1" * 32))),
        "record {} and a body": receipt(record="{}"),
        "record body x": receipt(record='{"body":"x"}'),
        "body false": receipt(edit=put("body", "x")),
    },
    "unknown_log": {
        "origin with blank": receipt(origin="a b"),
        "origin with +": receipt(origin="a+b"),
        "origin 255": receipt(origin="a" * 255),
        "origin other": receipt(origin="log.example/i"),
        "origin capital": receipt(origin="Log.example/h"),
    },
    "unsigned": {
        "unsigned, other line": receipt(sigs=lambda t: line("x", b"1234", b"1") + witness_line(t)),
        "log name, other id":
            receipt(sigs=lambda t: line(LOG.name, b"1234", b"1" * 64) + witness_line(t)),
    },
    "signature": {
        "one good one bad log line": receipt(sigs=also(line(LOG.name, LOG.id, b"1" * 64))),
        "log line 63 bytes": receipt(sigs=log_by(cut=63)),
        "log line 65 bytes": receipt(sigs=log_by(tail=b"1")),
        "log line 1 byte": receipt(sigs=lambda t: line(LOG.name, LOG.id, b"1") + witness_line(t)),
        "log signature with S + L": receipt(sigs=log_by(more=verify.L)),
        "log signature with R of mixed order": receipt(sigs=log_by(off=T8)),
        "log signature with R off by order 2": receipt(sigs=log_by(off=verify.multiply(4, T8))),
        "log signature with R neutral": receipt(sigs=log_by(r=0)),
    },
    "cosignature": {
        "witness with R of mixed order": receipt(sigs=log_and_witness(off=T8)),
        "witness false": receipt(sigs=log_and_witness(seed=LOG_SECRET)),
        "witness good and bad":
            receipt(sigs=lambda t: log_and_witness()(t) + witness_line(t, seed=LOG_SECRET)),
        "witness time 2^63": receipt(sigs=log_and_witness(t=2**63)),
        "witness 73 bytes": receipt(sigs=log_and_witness(tail=b"1")),
    },
    "quorum": {
        "witness none": receipt(sigs=log_line),
    },
}

MALFORMED = {
    "json": {
        "BOM": receipt(raw=lambda s: "\ufeff"+s),
        "trailing NUL": receipt(raw=lambda s: s + "\0"),
        "two values": receipt(raw=lambda s: s + s),
        "empty file": b"",
        "form feed blank": receipt(raw=lambda s: "\f"+s),
        "NBSP after": receipt(raw=lambda s: s + "\u00a0"),
        "UTF-16": receipt(raw=lambda s: s.encode("utf-16-le")),
        "overlong UTF-8": receipt(raw=lambda s: s.encode().replace(b"{", b"{\xc0\xa0", 1)),
        "raw surrogate UTF-8 in record":
            receipt(raw=lambda s: s.encode().replace(b"2026", b"\xed\xa0\x80")),
        "lone escaped high in file record": receipt(raw=swap("2026", "\\ud800")),
        "lone escaped low": receipt(raw=swap("2026", "\\udc00")),
        "pair swapped": receipt(raw=swap("2026", "\\udc00\\ud800")),
        "surrogate in unknown name": receipt(raw=swap("{", '{"\\ud800":1,')),
        "version 01": receipt(raw=swap(": 1,", ": 01,")),
        "NaN": receipt(raw=swap(": 1,", ": NaN,")),
        "trailing comma": receipt(raw=lambda s: s[:-1] + ",}"),
        "array": receipt(raw=lambda s: "["+s + "]"),
        "raw control in string": receipt(raw=swap("2026", "2\x0126")),
        "million brackets": b"["*1000000,
    },
    "version": {
        "version 2": receipt(raw=swap(": 1,", ": 2,")),
        "version 1.0": receipt(raw=swap(": 1,", ": 1.0,")),
        "version 1e0": receipt(raw=swap(": 1,", ": 1e0,")),
        'version "1"': receipt(raw=swap(": 1,", ': "1",')),
        "version true": receipt(raw=swap(": 1,", ": true,")),
        "version -0": receipt(raw=swap(": 1,", ": -0,")),
    },
    "members": {
        "unknown member": receipt(edit=put("x", 1)),
        "name with NUL": receipt(edit=put("salt\0", b64(SALT))),
        "name in capitals": receipt(raw=swap('"salt"', '"Salt"')),
        "twice, escaped": receipt(raw=swap("{", '{"s\\u0061lt":"%s",' % b64(SALT))),
        "body null": receipt(edit=put("body", None)),
        "body without salt": receipt(edit=lambda d: d.pop("body_salt")),
        "body_salt without body": receipt(edit=lambda d: d.pop("body")),
        "no salt": receipt(edit=lambda d: d.pop("salt")),
    },
    "salt": {
        "salt 31": receipt(edit=put("salt", b64(b"1" * 31))),
        "salt unpadded": receipt(edit=put("salt", b64(SALT)[:-1])),
        "salt newline": receipt(edit=put("salt", b64(SALT) + "\n")),
        "salt spare bits": receipt(edit=put("salt", b64(SALT)[:-2] + "9=")),
        "salt url alphabet": receipt(edit=put("salt", b64(b"\xff"*32).replace("/", "_"))),
        "body_salt empty": receipt(edit=put("body_salt", "")),
    },
    "too_large": {
        "record 16385": receipt(record='{"x":"' + "a" * 16377 + '"}', bind=False),
        "body 1048577": receipt(body="a" * 1048577),
        "file 4194305": receipt(raw=lambda s: s + " " * (4194305-len(s.encode()))),
        "proof over 131072": receipt(extra="extra " + b64(b"x" * 98400) + "\n"),
    },
    "proof": {
        "extra empty": receipt(extra="extra \n"),
        "extra bare": receipt(extra="extra\n"),
        "extra twice": receipt(extra="extra AA==\nextra AA==\n"),
        "extra spare bits": receipt(extra="extra AB==\n"),
        "header v2": receipt(pre="c2sp.org/tlog-proof@v2\n"),
        "proof CRLF": receipt(pf=lambda s: s.replace("\n", "\r\n")),
        "proof leading line": receipt(pre="\nc2sp.org/tlog-proof@v1\n"),
        "index +0": receipt(index="+0"),
        "index 00": receipt(index="00"),
        "index arabic 0": receipt(index="\u0660"),
        "index empty": receipt(index=""),
        "index blank": receipt(index="0 "),
        "index -0": receipt(index="-0"),
        "path 65": receipt(path=[b"1" * 32]*65),
        "path 31 bytes": receipt(size="2", path=[b"1" * 31]),
    },
    "path": {
        "size 0": receipt(size="0"),
        "size 2^53-1, short path": receipt(size=LARGEST),
        "index = size": receipt(index="1", size="1"),
        "size 2^53-1, last index, 53 hashes":
            receipt(size=LARGEST, index=LAST, path=[sha(b"%d" % i) for i in range(53)]),
        "path too long": receipt(path=[b"1" * 32]),
    },
    "checkpoint": {
        "size 2^53": receipt(size="9007199254740992"),
        "size 10^30": receipt(size="1" + "0" * 30),
        "checkpoint without last newline": receipt(cp=lambda s: s[:-1]),
        "checkpoint empty": receipt(cp=lambda s: ""),
        "checkpoint extra empty line at end": receipt(cp=lambda s: s + "\n"),
        "checkpoint with two empty lines": receipt(cp=swap("\n\n", "\n\n\n")),
        "checkpoint tab": receipt(more="a\tb\n"),
        "only origin and size": receipt(text=LOG.name+"\n1\n"),
        "text 16385": receipt(more="a" * (16384-len(LOG.name)-1-2-45) + "\n"),
        "origin 256": receipt(origin="a" * 256),
        "no signature lines": receipt(sigs=lambda t: ""),
        "33 lines": receipt(sigs=lambda t: log_and_witness()(t) + line("x", b"1234", b"1")*31),
        "blob 4": receipt(sigs=also(line("x", b"1234", b""))),
        "blob 8193": receipt(sigs=also(line("x", b"1234", b"1" * 8189))),
        "hyphen for dash": receipt(cp=swap("\u2014 ", "- ")),
        "two blanks": receipt(cp=swap("\u2014 ", "\u2014  ")),
        "blank at line end": receipt(cp=lambda s: s[:-1] + " \n"),
        "name with +": receipt(sigs=also(line("x+y", b"1234", b"1"))),
        "name empty": receipt(sigs=also(line("", b"1234", b"1"))),
        "name DEL": receipt(sigs=also(line("x\x7f", b"1234", b"1"))),
        "name U+3000": receipt(sigs=also(line("x\u3000", b"1234", b"1"))),
        "name U+0085": receipt(sigs=also(line("x\x85", b"1234", b"1"))),
        "name 256": receipt(sigs=also(line("x" * 256, b"1234", b"1"))),
        "name 86 hanzi (258 bytes)": receipt(sigs=also(line("金" * 86, b"1234", b"1"))),
        "root spare bits": receipt(root=b64(b"1" * 32)[:-2] + "F="),
    },
    "record": {
        "record empty": bare(""),
        "record array": bare("[]"),
        "record string": bare('"x"'),
        "record BOM": bare("\ufeff{}"),
        "record trailing NUL": bare("{}\0"),
        "record trailing comma": bare('{"a":1,}'),
        "record NaN": bare('{"a":NaN}'),
        "record body twice": receipt(record='{"body":"BH","body":"BH"}'),
        "record body twice, escaped": receipt(record='{"body":"BH","b\\u006fdy":"BH"}'),
        "record at twice": bare('{"at":"1","at":"1"}'),
        "record at number": bare('{"at":1}'),
        "record at null": bare('{"at":null}'),
        "record body null": bare('{"body":null}'),
        "record at 32": bare('{"at":"' + "1" * 32 + '"}'),
        "record at 11 hanzi": bare('{"at":"' + "金" * 11 + '"}'),
        "record body 45": bare('{"body":"' + "1" * 45 + '"}'),
        "record body with blank": receipt(record='{"body":"BH "}'),
        "record lone surrogate in value": bare('{"x":"\\ud800"}'),
        "record lone surrogate in at": bare('{"at":"\\ud800"}'),
        "record lone surrogate in name": bare('{"\\udc00":1}'),
        "record bad escape": bare('{"x":"\\x"}'),
        "record \\u+123": bare('{"x":"\\u+123"}'),
        "record depth 17": bare(deep(17)),
        "record depth 18": bare(deep(18)),
        "record depth 900": bare(deep(900)),
        "record depth 8000": bare(deep(8000)),
    },
}


def main():
    if sys.argv[1:] == ["keys"]:
        print(LOG_KEY, WITNESS_KEY, sep="\n")
        return
    if sys.argv[1:] == ["points"]:
        for name, point in POINTS.items():
            print(name, point.hex(), sep="\t")
        return
    groups = [("match", "", MATCH)]
    groups += [("mismatch", reason, group) for reason, group in MISMATCH.items()]
    groups += [("malformed", reason, group) for reason, group in MALFORMED.items()]
    for word, reason, group in groups:
        for name, file in group.items():
            print(word, reason, name, b64(file), sep="\t")


if __name__ == "__main__":
    main()
