#!/usr/bin/env python3
"""Checks receipts: a third reader, written from docs/protocol.md alone.

It shares nothing with the two others: neither their language, nor their JSON, nor their
library for Ed25519 (this one asks OpenSSL).  The standard library and python3-cryptography.

    verify.py FILE --key VKEY [--key ...] [--witness VKEY ...] [--quorum N]
    verify.py --many < LIST    reads what tests/unit/verify/receipt_driver.c reads
"""
import argparse
import base64
import hashlib
import json
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_FILE, MAX_RECORD, MAX_BODY, MAX_PROOF = 4194304, 16384, 1048576, 131072
MAX_TEXT, MAX_NAME, MAX_SIGNATURES, MAX_PATH, MAX_DEPTH = 16384, 255, 32, 64, 16
MAX_NUMBER = 2**53 - 1
LOG, WITNESS = 1, 4
EXIT = {"match": 0, "mismatch": 1, "malformed": 6}
EXIT_REFUSED, EXIT_UNREAD = 2, 5


class Malformed(Exception):
    """Not a receipt; the argument is the reason."""


class Mismatch(Exception):
    """A well-formed receipt that does not hold."""


class Refused(Exception):
    """A call that has no verdict: something given is no key, or the quorum cannot be reached."""


# Base64, numbers, names

def unbase64(text, low, high=None):
    """The bytes of canonical Base64, if there are low to high (default: low) of them; else None."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    if not low <= len(data) <= (low if high is None else high):
        return None
    return data if base64.b64encode(data).decode() == text else None


def number(text):
    """The number, or None.  Not by \\d, which takes the digits of other scripts too."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text) or int(text) > MAX_NUMBER:
        return None
    return int(text)


NOT_IN_NAME = re.compile(
    "[+\x00-\x20\x7f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def is_name(text):
    return bool(text) and len(text.encode()) <= MAX_NAME and not NOT_IN_NAME.search(text)


# Keys

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
L = 2**252 + 27742317777372353535851937790883648493
NEUTRAL = (0, 1)


def decoded(encoded):
    """The point of RFC 8032, 5.1.3, or None where its encoding is not the canonical one."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and sign == 1):
        return None
    return (P - x if x & 1 != sign else x), y


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P)


def multiply(n, point):
    product = NEUTRAL
    while n:
        if n & 1:
            product = add(product, point)
        point = add(point, point)
        n >>= 1
    return product


def is_public_key(encoded):
    point = decoded(encoded)
    return point is not None and point != NEUTRAL and multiply(L, point) == NEUTRAL


class Key:
    def __init__(self, vkey, kind):
        name, id_, material = (vkey.split("+", 2) + ["", ""])[:3]
        material = unbase64(material, 33)
        if not is_name(name) or not re.fullmatch("[0-9a-f]{8}", id_) or material is None:
            raise Refused("not a verifier key: %r" % vkey)
        if material[0] != kind or not is_public_key(material[1:]):
            raise Refused("not a key of a %s: %r" % ("log" if kind == LOG else "witness", vkey))
        self.name, self.id, self.kind = name, bytes.fromhex(id_), kind
        if hashlib.sha256(name.encode() + b"\n" + material).digest()[:4] != self.id:
            raise Refused("the id is not that of the key: %r" % vkey)
        self.public = Ed25519PublicKey.from_public_bytes(material[1:])

    def holds(self, blob, text):
        """Whether what stands after the id in a line of this key is its signature of the text."""
        if self.kind == WITNESS:
            if len(blob) != 72:
                return False
            time, blob = int.from_bytes(blob[:8], "big"), blob[8:]
            if time >= 2**63:
                return False
            text = b"cosignature/v1\ntime %d\n" % time + text
        # OpenSSL refuses S >= L, compares R as bytes and takes the equation without the cofactor.
        # The key being of prime order, the only R of small order that it takes is the neutral one.
        if len(blob) != 64 or decoded(blob[:32]) in (None, NEUTRAL):
            return False
        try:
            self.public.verify(blob, text)
        except InvalidSignature:
            return False
        return True


class Keys:
    def __init__(self, logs, witnesses=(), quorum=None):
        self.logs = [Key(k, LOG) for k in logs]
        self.witnesses = [Key(k, WITNESS) for k in witnesses]
        for keys in (self.logs, self.witnesses):
            if len({(k.name, k.id) for k in keys}) < len(keys):
                raise Refused("two keys with one name and id")
        self.quorum = len(self.witnesses) if quorum is None else quorum
        if not 0 <= self.quorum <= len(self.witnesses):
            raise Refused("the quorum is not between 0 and the number of witnesses")


# JSON

class Number(str):
    """A number as it was written."""


def no_constant(name):
    raise ValueError(name)  # Python would take NaN and Infinity


# An object becomes a tuple of (name, value), so that a name that stands twice is seen.
DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_int=Number, parse_float=Number,
                           parse_constant=no_constant)


def check_value(value):
    """No half pairs of surrogates, and not too many arrays and objects open at once."""
    stack = [(value, 1)]
    while stack:
        v, depth = stack.pop()
        if type(v) is str:
            v.encode()
        elif type(v) in (tuple, list):
            if depth > MAX_DEPTH:
                raise ValueError("too deep")
            if type(v) is tuple:
                stack += [(name, depth + 1) for name, _ in v]
                v = [member for _, member in v]
            stack += [(x, depth + 1) for x in v]


def parse_object(text, reason):
    """The members, as a tuple of (name, value), of the one JSON object that the text is."""
    try:
        value = DECODER.decode(text)
        check_value(value)
    except (ValueError, RecursionError):
        raise Malformed(reason) from None
    if type(value) is not tuple:
        raise Malformed(reason)
    return value


# The steps of the verdict

def read_members(data):
    if len(data) > MAX_FILE:
        raise Malformed("too_large")
    try:
        members = parse_object(data.decode("utf-8"), "json")
    except UnicodeDecodeError:
        raise Malformed("json") from None
    receipt = dict(members)
    required, optional = {"wzm_receipt", "record", "salt", "proof"}, {"body", "body_salt"}
    if len(receipt) != len(members) or set(receipt) not in (required, required | optional):
        raise Malformed("members")
    version = receipt.pop("wzm_receipt")
    if type(version) is not Number or version != "1":
        raise Malformed("version")
    if any(type(v) is not str for v in receipt.values()):
        raise Malformed("members")
    for name, most in (("record", MAX_RECORD), ("body", MAX_BODY), ("proof", MAX_PROOF)):
        if name in receipt and len(receipt[name].encode()) > most:
            raise Malformed("too_large")
    return receipt


def read_proof(proof):
    """-> index, path, signed checkpoint"""
    head, empty_line, checkpoint = proof.partition("\n\n")
    lines = head.split("\n")
    if not empty_line or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Malformed("proof")
    if lines and lines[0].startswith("extra "):
        if unbase64(lines.pop(0)[6:], 1, MAX_PROOF) is None:
            raise Malformed("proof")
    if not lines or not lines[0].startswith("index "):
        raise Malformed("proof")
    index = number(lines.pop(0)[6:])
    path = [unbase64(line, 32) for line in lines]
    if index is None or None in path or len(path) > MAX_PATH:
        raise Malformed("proof")
    return index, path, checkpoint


def read_signature(line):
    """-> name, id, what stands after the id"""
    name, blank, rest = line[2:].partition(" ")
    blob = unbase64(rest, 5, 8192)
    if line[:2] != "\u2014 " or not blank or not is_name(name) or blob is None:
        raise Malformed("checkpoint")
    return name, blob[:4], blob[4:]


def read_checkpoint(checkpoint):
    """-> signed text (bytes), origin, size, root, signatures"""
    if not checkpoint.endswith("\n") or re.search("[\x00-\x09\x0b-\x1f]", checkpoint):
        raise Malformed("checkpoint")
    lines = checkpoint[:-1].split("\n")
    if lines.count("") != 1:
        raise Malformed("checkpoint")
    cut = lines.index("")
    head, tail = lines[:cut], lines[cut + 1:]
    text = "".join(line + "\n" for line in head).encode()
    if len(head) < 3 or len(text) > MAX_TEXT or not 1 <= len(tail) <= MAX_SIGNATURES:
        raise Malformed("checkpoint")
    origin, size, root = head[0], number(head[1]), unbase64(head[2], 32)
    if len(origin.encode()) > MAX_NAME or size is None or root is None:
        raise Malformed("checkpoint")
    return text, origin, size, root, [read_signature(line) for line in tail]


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def walk(leaf, index, size, path):
    """The hash to which the path leads, or None if its length or the index is wrong."""
    i, last, h = index, size - 1, leaf
    if i > last:
        return None
    for p in path:
        if last == 0:
            return None
        if i & 1 or i == last:
            h = node(p, h)
            while i and not i & 1:
                i, last = i >> 1, last >> 1
        else:
            h = node(h, p)
        i, last = i >> 1, last >> 1
    return h if last == 0 else None


def leaf_of(record, salt):
    entry = hashlib.sha256(b"wzm-record-1\n" + salt + record.encode()).digest()
    return hashlib.sha256(b"\x00" + entry).digest()


def body_hash(body, salt):
    hashed = hashlib.sha256(b"wzm-body-1\n" + salt + body.encode()).digest()
    return base64.b64encode(hashed).decode()


def check_signatures(keys, origin, text, signatures):
    def lines_of(given):
        return [(k, blob) for k in given for name, id_, blob in signatures
                if name == k.name and id_ == k.id]

    logs = [k for k in keys.logs if k.name == origin]
    if not logs:
        raise Mismatch("unknown_log")
    lines = lines_of(logs)
    if not all(k.holds(blob, text) for k, blob in lines):
        raise Mismatch("signature")
    if not lines:
        raise Mismatch("unsigned")
    lines = lines_of(keys.witnesses)
    if not all(k.holds(blob, text) for k, blob in lines):
        raise Mismatch("cosignature")
    if len({k for k, _ in lines}) < keys.quorum:
        raise Mismatch("quorum")


def check_record(text):
    """-> the body's hash that the record binds, or None"""
    found = {}
    for name, value in parse_object(text, "record"):
        if name in ("body", "at"):
            most = 44 if name == "body" else 31
            if name in found or type(value) is not str or len(value.encode()) > most:
                raise Malformed("record")
            found[name] = value
    return found.get("body")


def check(data, keys):
    """Returns if the receipt matches; raises Malformed or Mismatch otherwise."""
    receipt = read_members(data)
    salts = {n: unbase64(receipt[n], 32) for n in ("salt", "body_salt") if n in receipt}
    if None in salts.values():
        raise Malformed("salt")
    index, path, checkpoint = read_proof(receipt["proof"])
    text, origin, size, root, signatures = read_checkpoint(checkpoint)
    end = walk(leaf_of(receipt["record"], salts["salt"]), index, size, path)
    if end is None:
        raise Malformed("path")
    check_signatures(keys, origin, text, signatures)
    if end != root:
        raise Mismatch("root")
    bound = check_record(receipt["record"])
    if "body" in receipt and body_hash(receipt["body"], salts["body_salt"]) != bound:
        raise Mismatch("body")


def verdict(data, keys):
    """-> "match", "mismatch" or "malformed", and the reason"""
    try:
        check(data, keys)
    except (Malformed, Mismatch) as e:
        return type(e).__name__.lower(), str(e)
    return "match", ""


# As a program

def many(stream):
    logs, witnesses, quorum, keys = [], [], None, None
    for line in iter(stream.readline, b""):
        word, _, value = line.decode().rstrip("\n").partition(" ")
        if word == "receipt":
            keys = keys or Keys(logs, witnesses, quorum)
            print(*verdict(stream.read(int(value)), keys))
        elif word == "quorum":
            quorum = int(value)
        else:
            {"log": logs, "witness": witnesses}[word].append(value)
    keys or Keys(logs, witnesses, quorum)


def one(options):
    if not options.key:
        raise Refused("no key of a log")
    keys = Keys(options.key, options.witness, options.quorum)
    with open(options.file, "rb") as f:
        word, reason = verdict(f.read(MAX_FILE + 1), keys)
    print(word, reason)
    return EXIT[word]


def main():
    parser = argparse.ArgumentParser(description="Checks receipts as docs/protocol.md says.")
    parser.add_argument("file", nargs="?")
    parser.add_argument("--many", action="store_true")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--quorum", type=int)
    options = parser.parse_args()
    if options.many == (options.file is not None):
        parser.error("give a file, or --many")
    try:
        return many(sys.stdin.buffer) if options.many else one(options)
    except (Refused, UnicodeError) as e:
        print("verify.py: %s" % e, file=sys.stderr)
        return EXIT_REFUSED
    except OSError as e:
        print("verify.py: %s" % e, file=sys.stderr)
        return EXIT_UNREAD


if __name__ == "__main__":
    sys.exit(main())
