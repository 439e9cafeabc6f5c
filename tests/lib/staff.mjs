// Somebody at every counter and every desk: a demonstration has some twenty users and its list
// some four hundred desks, so that users are given another post as they are needed.
import { agencyByCode, clerkOf, deskByCode } from './catalogue.mjs';
import { shell } from './store.mjs';

const DIVISIONS = ['330700', '330702', '330703', '330723', '330726', '330727', '330781', '330782', '330783', '330784', '330799'];
const SPARE = ['u-1007', 'u-3001', 'u-4001', 'u-5001', 'u-6003'];
const POOL = Array.from({ length: 8 }, (_, i) => `u-200${1 + i}`);

export class Staff {
	/** Of an instance that is served; its store is written behind its back, users only. */
	static async of(instance) {
		const staff = new Staff(), spare = [...SPARE];
		staff.sql = shell(instance.dir);
		staff.divisions = DIVISIONS;
		staff.clerks = new Map();
		for (const division of DIVISIONS) {
			const user = clerkOf[division] ?? spare.pop();
			await staff.post(user, { role: 'clerk', scope: 'division', agency: `${division}-XZF`, division });
			staff.clerks.set(division, await instance.client(user));
		}
		staff.free = await Promise.all(POOL.map(async (user) => ({ user, post: undefined, client: await instance.client(user) })));
		staff.waiting = [];
		return staff;
	}

	/** Gives a user a post. */
	post(user, { role, scope, agency, division, desk }) {
		return this.sql.run(`UPDATE user_account SET role = '${role}', scope = '${scope}', agency = '${agency}', division = '${division}',
			desk = ${desk ? `'${desk}'` : 'NULL'} WHERE id = '${user}'`);
	}

	clerk(division) { return this.clerks.get(division); }

	/** Runs work with a client of somebody at this desk. */
	at(desk, work) {
		/* A desk that the import made is called after its agency. */
		return this.as({ role: 'verifier', agency: deskByCode().get(desk)?.agency_code ?? desk.slice(3), desk }, work);
	}

	/** Runs work with a client of a steward of this agency's data. */
	steward(agency, work) { return this.as({ role: 'steward', agency }, work); }

	async as(post, work) {
		const name = Object.values(post).join(' ');
		while (this.free.length === 0) await new Promise((done) => this.waiting.push(done));
		const there = this.free.findIndex((s) => s.post === name);
		const [somebody] = this.free.splice(there < 0 ? 0 : there, 1);
		try {
			if (somebody.post !== name) {
				await this.post(somebody.user, { scope: 'agency', division: agencyByCode().get(post.agency).division_code, ...post });
				somebody.post = name;
			}
			return await work(somebody.client);
		} finally {
			this.free.push(somebody);
			this.waiting.shift()?.();
		}
	}

	end() { return this.sql.end(); }
}
