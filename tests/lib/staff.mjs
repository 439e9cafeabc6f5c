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
		staff.free = await Promise.all(POOL.map(async (user) => ({ user, desk: undefined, client: await instance.client(user) })));
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
	async at(desk, work) {
		while (this.free.length === 0) await new Promise((done) => this.waiting.push(done));
		const there = this.free.findIndex((s) => s.desk === desk);
		const [somebody] = this.free.splice(there < 0 ? 0 : there, 1);
		try {
			if (somebody.desk !== desk) {
				const agency = deskByCode().get(desk)?.agency_code ?? desk.slice(3);	/* made by the import: DK- and its agency */
				await this.post(somebody.user, { role: 'verifier', scope: 'agency', agency, division: agencyByCode().get(agency).division_code, desk });
				somebody.desk = desk;
			}
			return await work(somebody.client);
		} finally {
			this.free.push(somebody);
			this.waiting.shift()?.();
		}
	}

	end() { return this.sql.end(); }
}
