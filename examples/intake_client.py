#!/usr/bin/env python3
"""Sends a case in and follows it to its end (docs/intake.md): intake_client.py BASE_URL NUMBER CASE.json
WZM_TOKEN holds the token, WZM_SECRET the webhook secret; with LISTEN=port it also receives webhooks there."""
import base64, hashlib, hmac, json, os, sys, threading, time, urllib.error, urllib.request, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE, seen = 300, set()    # seconds that a webhook's time may be off; ids acted on, which a real platform keeps

def uuid7():
    return str(uuid.UUID(int=time.time_ns() // 10**6 << 80 | 7 << 76 | 2 << 62 | uuid.uuid4().int & (1 << 62) - 1))

def say(*words): print(' '.join(words) + '\n', end='', flush=True)   # one write: two threads speak

def call(base, method, path, body=None, **headers):
    headers |= {'Authorization': 'Bearer ' + os.environ['WZM_TOKEN'], 'Content-Type': 'application/json'}
    request = urllib.request.Request(base + path, body and json.dumps(body).encode(), headers, method=method)
    try:
        return json.load(urllib.request.urlopen(request, timeout=30))
    except urllib.error.HTTPError as e:
        if (problem := json.load(e))['code'] == 'external_number_used':   # sent in before: follow the one that there is
            return call(base, 'GET', '/api/v1/intake/cases/' + problem['args']['case'])
        sys.exit(f"{method} {path}: {e.code} {problem['code']}\n{problem['detail']}\n{problem['next']}")

def verify(secret, headers, body):
    """The event, or None for one that was acted on already; ValueError for what is not from the server."""
    ident, when = headers['webhook-id'] or '', headers['webhook-timestamp'] or ''
    mac = hmac.new(base64.b64decode(secret.removeprefix('whsec_')), f'{ident}.{when}.'.encode() + body, hashlib.sha256)
    expected = 'v1,' + base64.b64encode(mac.digest()).decode()
    if not any(hmac.compare_digest(expected, s) for s in (headers['webhook-signature'] or '').split()):
        raise ValueError('wrong signature')
    if abs(time.time() - int(when)) > TOLERANCE: raise ValueError('too old, or from the future')
    return None if ident in seen else (seen.add(ident), json.loads(body))[1]

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        try:
            event = verify(os.environ['WZM_SECRET'], self.headers, self.rfile.read(int(self.headers['Content-Length'])))
            say('told', event['type'] if event else 'again', self.headers['webhook-id'])
            self.send_response(204)
        except ValueError as e:
            say('refused:', str(e))
            self.send_response(400)
        self.end_headers()

def main(base, number, path, cursor=''):
    if 'LISTEN' in os.environ:
        server = ThreadingHTTPServer(('127.0.0.1', int(os.environ['LISTEN'])), Receiver)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    case = call(base, 'POST', '/api/v1/intake/cases', json.load(open(path)) | {'number': number}, **{'Idempotency-Key': uuid7()})
    say('case', case['number'], case['state'])
    while case['state'] in ('open', 'accepted'):
        page = call(base, 'GET', '/api/v1/intake/events' + (cursor and '?cursor=' + cursor))
        for event in (e for e in page['events'] if e['data']['external_number'] == number):
            say('event', event['type'], (case := event['data'])['state'])
        cursor = page['next']
        page['more'] or time.sleep(1)

if __name__ == '__main__':
    if len(sys.argv) != 4 or 'WZM_TOKEN' not in os.environ: sys.exit('usage: WZM_TOKEN=... intake_client.py BASE_URL NUMBER CASE.json')
    main(*sys.argv[1:])
