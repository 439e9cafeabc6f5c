// The server with a certificate: a case over https, what is refused, and certificates that come and go.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import tls from 'node:tls';
import { act, getCase, itemOf, openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';
import { exchange } from '../lib/client.mjs';
import { Instance, run } from '../lib/instance.mjs';

const CLERK = 'u-1001', DESK = 'u-2001', ITEM = 'I-01384', REQUEST_SECONDS = 20;
const dir = mkdtempSync(`${tmpdir()}/wzm-tls-`), certificate = `${dir}/cert.pem`, key = `${dir}/key.pem`;
const env = { WZM_TLS_CERTIFICATE: certificate, WZM_TLS_KEY: key };
let instance;

/** A certificate of this machine, of its own key unless another is named; days < 0: expired. */
function certify(serial, { to = certificate, keyTo = key, days = 30 } = {}) {
	const at = (day) => new Date(Date.now() + day * 86400000).toISOString().replace(/[-:T]/g, '').slice(0, 14) + 'Z';
	execFileSync('openssl', ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost',
		'-keyout', keyTo, '-out', `${dir}/csr.pem`], { stdio: 'pipe' });
	chmodSync(keyTo, 0o600);
	writeFileSync(`${dir}/ca.cnf`, `[ca]\ndefault_ca=own\n[own]\ndatabase=${dir}/index\nserial=${dir}/serial\nnew_certs_dir=${dir}\n` +
		'default_md=sha256\npolicy=any\nunique_subject=no\nx509_extensions=ext\n[any]\ncommonName=supplied\n' +
		'[ext]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n');
	writeFileSync(`${dir}/index`, '');
	writeFileSync(`${dir}/serial`, `${serial}\n`);
	execFileSync('openssl', ['ca', '-config', `${dir}/ca.cnf`, '-batch', '-notext', '-selfsign', '-keyfile', keyTo, '-in', `${dir}/csr.pem`,
		'-out', to, '-startdate', at(Math.min(-1, days - 1)), '-enddate', at(days)], { stdio: 'pipe' });
}

before(async () => {
	certify('11');
	instance = new Instance().init();
	await instance.serve([], env);
	Object.assign(instance.where, { ca: readFileSync(certificate) });
});
after(async () => {
	await instance?.destroy();
	rmSync(dir, { recursive: true, force: true });
});

async function until(what, is) {
	for (let i = 0; i < 2000 && !is(); i++) await wait(10);
	assert.ok(is(), what);
}

/** The serial number that a new connection is shown; it need not be one that is known already. */
function serial() {
	return new Promise((done, failed) => {
		const s = tls.connect({ host: '127.0.0.1', port: instance.port, rejectUnauthorized: false }, () => {
			done(s.getPeerCertificate().serialNumber);
			s.destroy();
		});
		s.on('error', failed);
	});
}

/** What comes back to these bytes, until the other side closes. */
function bytes(text) {
	return new Promise((done) => {
		let said = '';
		const s = net.connect(instance.port, '127.0.0.1', () => s.write(text));
		s.on('data', (d) => { said += d; });
		s.on('error', () => {});
		s.on('close', () => done(said));
	});
}

describe('over https', () => {
	test('a case is opened, queried, asked about and answered; the stream tells of it', async () => {
		const clerk = await instance.client(CLERK), desk = await instance.client(DESK), stream = await desk.listen();
		assert.deepEqual(stream.events[0], { event: 'hello' });
		let c = await openScene(clerk, scene('HOUSE'));
		await act(clerk, c, ITEM, 'query');
		assert.equal(itemOf(await getCase(clerk, c.id), ITEM).state, 'established');
		c = await settle(clerk, await getCase(clerk, c.id));
		await until('is told', () => stream.events.some((e) => e.event === 'changed' && e.topics.includes('queue')));
		const { verifications: [v] } = await desk.ok('POST', '/api/v1/verifications/search', { json: { state: 'open' } });
		await desk.post(`/api/v1/verifications/${v.id}/signature`, {}, { ifMatch: v.version });
		await desk.post(`/api/v1/verifications/${v.id}/answer`, { answer: 'match', basis: '账目查过,已结清。' }, { ifMatch: v.version + 1 });
		stream.close();
	});

	test('the cookie is for https only, and a page that came without is another site', async () => {
		const client = await instance.client();
		const answer = await client.send({ method: 'PUT', path: '/api/v1/session', json: { user: CLERK } });
		assert.match(answer.headers['set-cookie'][0], /; Secure$/);
		/* A demonstration is on localhost, with whatever else runs there. */
		assert.equal(answer.headers['strict-transport-security'], undefined);
		const from = (Origin) => ({ method: 'PUT', path: '/api/v1/session', json: { user: CLERK }, headers: { Origin } });
		await client.refused('cross_site', from(`http://127.0.0.1:${instance.port}`));
		assert.equal((await client.send(from(`https://127.0.0.1:${instance.port}`))).status, 200);
	});

	test('the socket stays without TLS, and its cookie too', async () => {
		const answer = await exchange(instance.socket, { path: '/api/v1/health' });
		assert.equal(answer.status, 200);
	});

	test('versions before 1.2 are refused', () => {
		const curl = (...args) => spawnSync('curl', ['-sS', '--cacert', certificate, '-o', '/dev/null', '-w', '%{http_code}', ...args,
			`https://localhost:${instance.port}/api/v1/health`], { encoding: 'utf8' });
		assert.equal(curl().stdout, '200');
		assert.equal(curl('--tlsv1.2', '--tls-max', '1.2').stdout, '200');
		const old = curl('--tlsv1.1', '--tls-max', '1.1', '--ciphers', 'DEFAULT@SECLEVEL=0');
		assert.deepEqual([old.status, old.stdout], [35, '000'], 'the handshake fails');
	});

	test('a request without it is told so in both languages, other bytes are hung up on', async () => {
		assert.match(await bytes('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*此端口只接受 https\nThis port answers to https only\n$/);
		assert.doesNotMatch(await bytes('\x01\x02\x03\x04\x05\x06\x07\x08'), /HTTP/);
	});

	test(`a handshake that does not go on ends, as half a request does`, { timeout: 3 * REQUEST_SECONDS * 1000 }, async () => {
		assert.doesNotMatch(await bytes('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'), /HTTP/);
	});
});

describe('SIGHUP', () => {
	const renewed = async (event) => {
		const had = instance.log.length;
		instance.child.kill('SIGHUP');
		await until(event, () => new RegExp(`${event}[^\\n]*\\n`).test(instance.log.slice(had)));
		return instance.log.slice(had);
	};

	test('shows the new certificate to who comes, and leaves who is there', async () => {
		const old = await instance.client(CLERK);
		old.agent.maxSockets = 1;
		await old.get('/api/v1/session');
		const [socket] = Object.values(old.agent.freeSockets).flat();
		assert.equal(await serial(), '11');
		certify('22');
		assert.match(await renewed('event=tls_certificate '), /serial=22/);
		assert.equal(await serial(), '22');
		await old.get('/api/v1/session');
		assert.equal(Object.values(old.agent.freeSockets).flat()[0], socket, 'the same connection');
	});

	test('keeps the old one where the new is none, and says why', async () => {
		const good = [readFileSync(certificate), readFileSync(key)];
		for (const [code, spoil] of spoils) {
			spoil();
			assert.match(await renewed('event=tls_not_renewed'), new RegExp(`fault=${code}\\b`));
			assert.equal(await serial(), '22');
			restore(good);
		}
	});
});

function restore([c, k]) {
	rmSync(certificate, { force: true });
	writeFileSync(certificate, c);
	writeFileSync(key, k);
	chmodSync(key, 0o600);
}
const spoils = [
	['tls_certificate', () => rmSync(certificate)],
	['tls_certificate', () => writeFileSync(certificate, 'no certificate\n')],
	['tls_key', () => writeFileSync(key, 'no key\n')],
	['tls_key_open', () => chmodSync(key, 0o644)],
	['tls_mismatch', () => certify('33', { keyTo: `${dir}/other.pem` })],
	['tls_expired', () => certify('44', { days: -2 })],
];

describe('at the start', () => {
	test('what cannot be served is refused, with what to do', async () => {
		await instance.stop();
		const good = [readFileSync(certificate), readFileSync(key)];
		const start = (settings, lang) => run(['serve', '-d', instance.dir, '--port', '0'],
			{ env: { ...settings, LANG: lang, LC_ALL: lang }, timeout: 60000 });
		const refused = (code, settings) => {
			const zh = start(settings, 'zh_CN.UTF-8'), en = start(settings, 'C');
			for (const r of [zh, en]) {
				assert.notEqual(r.status, 0);
				assert.match(r.stderr, new RegExp(`\\b${code}\\b`), r.stderr);
				assert.doesNotMatch(r.stderr, /event=listening/);
			}
		};
		for (const [code, spoil] of spoils) {
			spoil();
			refused(code, env);
			restore(good);
		}
		refused('tls_half', { WZM_TLS_KEY: key });
		refused('tls_half', { WZM_TLS_CERTIFICATE: certificate });
		await instance.serve([], env);
	});
});
