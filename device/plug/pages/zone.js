/* ota: gzip */
// Proposes the zone of this browser and its POSIX rule, found by asking for the clock there in ten years.
const utc = (y, m, d = 1) => Date.UTC(y, m, d) / 6e4
const clocks = {}

// Minutes east of UTC; moments are minutes of UTC
function east(zone, at) {
	clocks[zone] ??= new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' })
	const p = {}
	for (const { type, value } of clocks[zone].formatToParts(at * 6e4)) p[type] = value
	return utc(p.year, p.month - 1, p.day) + p.hour * 60 + +p.minute - at
}

// [minute on the clock before, east before, east after]
function changes(zone, year) {
	const found = []
	const end = utc(year + 1, 0)
	for (let from = utc(year, 0); from < end; from += 10080) {
		let [a, b] = [from, Math.min(from + 10080, end)]
		const [before, after] = [east(zone, a), east(zone, b)]
		while (before !== after && b - a > 1) {
			const half = a + b >> 1
			if (east(zone, half) === before) a = half
			else b = half
		}
		if (before !== after) found.push([b + before, before, after])
	}
	return found
}

function moment(month, week, weekday, minute, year) {
	let day = utc(year, month) / 1440
	day += (weekday - day - 4) % 7 + (week - 1) * 7
	while (day < utc(year, month) / 1440 + week * 7 - 7) day += 7
	while (day >= utc(year, month + 1) / 1440) day -= 7
	return day * 1440 + minute
}

// The rule that is right in all years; in some zones it is told from the day before or after
function rule(moments, year) {
	for (const shift of [0, -1, 1])
		for (const last of [1, 0]) {
			const midnight = Math.floor(moments[0] / 1440 + shift) * 1440
			const date = new Date(midnight * 6e4)
			const [month, day] = [date.getUTCMonth(), date.getUTCDate()]
			const week = last && midnight + 10080 >= utc(year, month + 1) ? 5 : Math.ceil(day / 7)
			const minute = moments[0] - midnight
			if (moments.every((at, i) => moment(month, week, date.getUTCDay(), minute, year + i) === at))
				return `,M${month + 1}.${week}.${date.getUTCDay()}/${hours(minute)}`
		}
}

const hours = m => (m < 0 ? '-' : '') + (Math.abs(m) / 60 | 0) + (m % 60 ? ':' + Math.abs(m % 60) : '')
const name = m => `<${m < 0 ? '-' : '+'}${[m / 60, m % 60].map(n => String(Math.abs(n | 0)).padStart(2, 0)).join('')}>${hours(-m)}`

function posix(zone, year = new Date().getFullYear()) {
	const years = Array.from({ length: 10 }, (_, i) => changes(zone, year + i))
	const [up, down] = [1, -1].map(way => years.map(found => found.find(c => (c[2] - c[1]) * way > 0)))
	const plain = name(east(zone, utc(year, 0)))
	if (years.some(found => found.length !== 2) || ![...up, ...down].every(Boolean)) return plain
	const [begin, end] = [up, down].map(list => rule(list.map(c => c[0]), year))
	return begin && end ? name(up[0][1]) + name(up[0][2]) + begin + end : plain
}

const [zone, tz, hint] = ['zone', 'tz', 'hint'].map(id => document.getElementById(id))
const here = Intl.DateTimeFormat().resolvedOptions().timeZone
const found = posix(here)
const [said, use] = hint.children
use.onclick = () => {
	zone.value = here
	tz.value = found
	said.textContent = `Proposed by this browser: ${here}. Save to use it.`
	use.hidden = true
}
said.textContent = `This browser is in ${here}.`
hint.hidden = tz.value === found
if (zone.value === 'UTC' && tz.value === 'UTC0' && !hint.hidden) use.onclick()
