#!/usr/bin/env python3
"""Does steps of life events for an agency's own system (docs/intake.md): step_result.py BASE_URL shows the cases to be done,
step_result.py BASE_URL NUMBER NAME=VALUE... says what one gave.  WZM_TOKEN holds the token, WZM_SECRET the webhook secret."""
import base64, hashlib, hmac, json, os, sys, time, urllib.error, urllib.request, uuid

def uuid7():
    return str(uuid.UUID(int=time.time_ns() // 10**6 << 80 | 7 << 76 | 2 << 62 | uuid.uuid4().int & (1 << 62) - 1))

def call(url, body=None, **headers):
    headers |= {'Authorization': 'Bearer ' + os.environ['WZM_TOKEN'], 'Content-Type': 'application/json'}
    try:
        return json.load(urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30))
    except urllib.error.HTTPError as e:     # case_not_ready: an item waits for a desk; send it again when an event says more
        problem = json.load(e)
        sys.exit(f"{e.code} {problem['code']}\n{problem['detail']}\n{problem['next']}")

def signed(secret, number, body):
    ident, when = number + '_' + uuid.uuid4().hex[:16], str(int(time.time()))
    mac = hmac.new(base64.b64decode(secret.removeprefix('whsec_')), f'{ident}.{when}.'.encode() + body, hashlib.sha256)
    return {'webhook-id': ident, 'webhook-timestamp': when, 'webhook-signature': 'v1,' + base64.b64encode(mac.digest()).decode()}

def cases(base):    # all that was told; a real system keeps the cursor, or takes webhooks
    states, page = {}, {'more': True, 'next': ''}
    while page['more']:
        page = call(base + '/api/v1/intake/events' + (page['next'] and '?cursor=' + page['next']))
        states |= {e['data']['number']: e['data']['state'] for e in page['events']}
    return [call(base + '/api/v1/intake/cases/' + n) for n, state in states.items() if state in ('open', 'accepted')]

def main(base, number=None, *results):
    if number is None:
        for case in (c for c in cases(base) if c.get('joint_case')):
            gives = ' '.join(o['name'] + ('!' if o['required'] else '') for o in case['joint_case']['outputs'])
            print(case['number'], case['joint_case']['step'], case['matter']['name'], 'gives:', gives)
        return
    url = base + '/api/v1/intake/cases/' + number
    body = json.dumps({'outcome': 'settled', 'results': dict(r.split('=', 1) for r in results)}).encode()
    headers = {'Idempotency-Key': uuid7(), 'If-Match': f'"{call(url)["version"]}"'} | signed(os.environ['WZM_SECRET'], number, body)
    print(number, call(url + '/result', body, **headers)['state'])

if __name__ == '__main__': main(*sys.argv[1:])
