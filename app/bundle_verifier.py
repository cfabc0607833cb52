# fmt: off
# ruff: noqa: B020, D103, E401, E701, E741, I001, T201
"""Checks a ledger bundle: python3 verify.py [--key HEX] [FOLDER]. Standard library only. Exit 0: holds; 1: broken; 3: the newest events are unsigned."""
import argparse, hashlib, json, pathlib
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519, RFC 8032 section 5.1
D, I = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
def add(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:  # points are X, Y, Z, T
    e, f, g, h = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0]), 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P
def times(s: int, a: tuple[int, ...]) -> tuple[int, ...]:
    return (0, 1, 1, 0) if s == 0 else add(a, times(s - 1, a)) if s & 1 else times(s >> 1, add(a, a))
def point(b: bytes) -> tuple[int, ...]:
    y = int.from_bytes(b, "little") & ~(1 << 255)
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = x if (x := pow(xx, (P + 3) // 8, P)) * x % P == xx else x * I % P
    need((x * x - xx) % P == 0 and y < P and len(b) == 32, "a key or signature is no point of the curve")
    return (x, y, 1, x * y % P) if x & 1 == b[31] >> 7 else (P - x, y, 1, (P - x) * y % P)
def verifies(key: bytes, sig: bytes, body: bytes) -> bool:
    k, s = int.from_bytes(hashlib.sha512(sig[:32] + key + body).digest(), "little") % L, int.from_bytes(sig[32:], "little")
    u, v = times(s, point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))), add(point(sig[:32]), times(k, point(key)))
    return s < L and (u[0] * v[2] - v[0] * u[2]) % P == (u[1] * v[2] - v[1] * u[2]) % P == 0
def need(holds: bool, words: str) -> None:
    if not holds: raise ValueError(words)
def follow(line: bytes, heads: dict[str, tuple[int, str]], missing: str) -> bytes:  # one event; returns its hash
    body, digest = line[9:-76], line[-67:-3].decode()
    need(line == b'{"event":%b,"hash":"%b"}\n' % (body, digest.encode()), missing if not line else f"this line is not an event: {line[:99]!r}")
    event = json.loads(body)
    stream, version, (last, prev) = event["stream"], event["version"], heads.get(event["stream"]) or (0, hashlib.sha256(event["stream"].encode()).hexdigest())
    need(version == last + 1, f"{stream} version {version} ({event['event_id']}) comes after version {last}: an event was dropped, inserted or moved")
    need(hashlib.sha256(prev.encode() + body).hexdigest() == digest, f"{stream} version {version} ({event['event_id']}) was changed: its bytes do not fit the chain")
    heads[stream] = (version, digest)
    return digest.encode()
def check(folder: pathlib.Path, key: str) -> tuple[int, int, int, str]:
    heads: dict[str, tuple[int, str]] = {}
    signed, prev, events, number, n, keys = heads.copy(), "0" * 64, (folder / "events.jsonl").open("rb"), 0, 0, [""][:0]
    for number, line in enumerate((folder / "anchors.jsonl").open("rb"), 1):
        body, signer, sig, name, order = line[10:-225], line[-210:-146].decode(), line[-131:-3].decode(), f"anchor {number}", hashlib.sha256()
        need(line == b'{"anchor":%b,"public_key":"%b","signature":"%b"}\n' % (body, signer.encode(), sig.encode()), f"{name} was changed")
        said = json.loads(body)
        need((said["format"], said["number"], said["prev"]) == (1, number, prev), f"{name} does not follow the anchor before it: one was removed, changed or replaced")
        need(said["signer"] == signer == (keys or [signer])[-1], f"{name} is signed by another key than the anchor before it names")
        need(verifies(bytes.fromhex(signer), bytes.fromhex(sig), body), f"the signature of {name} is forged")
        for n in range(n + 1, said["events"] + 1): order.update(follow(events.readline(), heads, f"events are missing at the end: {name} signed {said['events']} events, here are {n - 1}"))
        keys, prev, signed = [*keys, signer, said["successor"]], hashlib.sha256(body).hexdigest(), {**signed, **{name: tuple(head) for name, head in said["changed"].items()}}
        for stream in sorted({*signed, *heads}): need(heads.get(stream) == signed.get(stream), f"{stream}: {name} signed version and hash {signed.get(stream)}, here is {heads.get(stream)}: events were dropped, inserted or hashed anew")
        need(order.hexdigest() == said["order"], f"the events before {name} are not in the order that was signed")
    need(not key or key.lower() in keys, "no anchor is signed by the key you gave: the anchors are gone, or somebody made their own")
    newer = sum(bool(follow(line, heads, "")) for line in events)
    need({name: list(head) for name, head in heads.items()} == json.loads((folder / "heads.json").read_bytes()), "heads.json does not name where the events end: events were dropped or inserted at the end")
    return n, newer, number, (keys or [""])[-1]
if __name__ == "__main__":
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("folder", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    ask.add_argument("--key", default="", help="the operator's public key, told on another way than in this bundle")
    try:
        covered, newest, anchor, public = check(**vars(ask.parse_args()))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        raise SystemExit(f"BROKEN: {error}") from None
    print(f"{covered} events hold and are signed: anchor {anchor}, key {public or 'none'}" + f"\nUNSIGNED: the newest {newest} events are signed by nobody" * bool(newest))
    raise SystemExit(3 if newest or not anchor else 0)
