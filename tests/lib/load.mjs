// A load of requests that create, each repeated with its key until it is answered.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import http from 'node:http';
import { exchange } from './client.mjs';
import { scene, sceneCase } from './catalogue.mjs';
import { evidence, rows } from './store.mjs';
import { uuid7 } from './uuid7.mjs';

const CASES = '/api/v1/cases';

export class Load {
	/** where(): {port} of the server to ask now; cookie: of somebody who may open cases; may: codes beside 503's. */
	constructor(where, cookie, { workers = 64, may = [] } = {}) {
		this.where = where;
		this.may = may;
		this.told = new Map();		// key -> id
		this.asked = this.again = 0;
		this.codes = new Map();		// of answers other than 201
		this.ending = false;
		this.agent = new http.Agent({ keepAlive: true, maxSockets: workers });
		this.headers = { Cookie: cookie, 'Content-Type': 'application/json' };
		this.workers = Array.from({ length: workers }, () => this.work());
	}

	async work() {
		while (!this.ending) {
			const key = uuid7(), body = JSON.stringify(sceneCase(scene('HOUSE')));
			for (this.asked++; ; this.again++) {
				const answer = await exchange(this.where(), { method: 'POST', path: CASES, body,
					headers: { ...this.headers, 'Idempotency-Key': key } }, this.agent).catch(() => ({ status: 0 }));
				if (answer.status === 201) {
					this.told.set(key, answer.json.id);
					break;
				}
				const code = answer.json?.code ?? answer.status;
				this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
				assert.ok([0, 503].includes(answer.status) || this.may.includes(code), answer.text);
				await wait(20 + Math.random() * 30);
			}
		}
	}

	/** Waits until so many are answered. */
	async more(size) {
		while (this.told.size < size) await Promise.race([wait(20), ...this.workers]);
	}

	/** No new ones; those that are on their way are repeated until they are answered. */
	async end() {
		this.ending = true;
		await Promise.all(this.workers);
		this.agent.destroy();
	}

	/** What was answered is there, once: the case, its key, its record. */
	check(dir) {
		const { records } = evidence(dir);
		const opened = new Map();
		for (const r of records.filter((x) => x.type === 'case.opened')) {
			assert.ok(!opened.has(r.json.case), `${r.json.case} is recorded once`);
			opened.set(r.json.case, r);
		}
		const cases = new Set(rows(dir, 'SELECT division, hex(id) AS id FROM service_case').map((r) => `${r.division}-${r.id}`));
		const keys = new Map(rows(dir, 'SELECT hex(key) AS key, object FROM idempotency').map((r) => [r.key, r.object]));
		assert.equal(cases.size, opened.size, 'a record for each case');
		for (const [key, id] of this.told) {
			const [division, ...uuid] = id.split('-');
			assert.ok(opened.has(id) && cases.has(`${division}-${uuid.join('').toUpperCase()}`), `${id} is there`);
			assert.equal(keys.get(key.replaceAll('-', '').toUpperCase()), id, 'under its key');
		}
		assert.equal(new Set(this.told.values()).size, this.told.size, 'each key has a case of its own');
		return opened.size;
	}

	toString() {
		return `${this.told.size} answered, ${this.again} asked again (${[...this.codes].map(([c, n]) => `${c}: ${n}`).join(', ')})`;
	}
}
