// Proposes the zone of this browser, and its POSIX rule, found by asking the browser for its clock in ten years.
const clocks = {}
function east(zone, time) {
	const clock = clocks[zone] ??= new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' })
	const p = Object.fromEntries(clock.formatToParts(time).map(({ type, value }) => [type, +value]))
	return Math.round((Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute) - time) / 6e4)
}

// [[moment, minutes east before, after]] of a year
function changes(zone, year) {
	const found = []
	const end = Date.UTC(year + 1, 0)
	for (let day = Date.UTC(year, 0); day < end; day += 864e5) {
		let [from, to] = [day, Math.min(day + 864e5, end)]
		const before = east(zone, from), after = east(zone, to)
		if (before === after) continue
		while (to - from > 6e4) {
			const half = Math.floor((from + to) / 12e4) * 6e4
			if (east(zone, half) === before) from = half
			else to = half
		}
		found.push([to, before, after])
	}
	return found
}

// The moment of a rule in a year, on the clock before the change
function moment({ month, week, day, minute }, year) {
	const first = new Date(Date.UTC(year, month, 1)).getUTCDay()
	let date = 1 + (day - first + 7) % 7 + (week - 1) * 7
	while (date > new Date(Date.UTC(year, month + 1, 0)).getUTCDate()) date -= 7
	return Date.UTC(year, month, date) / 6e4 + minute
}

// The rule that is right in all of these years: [[year, minute on the clock before]]
function rule(moments) {
	const [[, first]] = moments
	for (const shift of [0, -1, 1])
		for (const last of [true, false]) {
			const date = new Date(first * 6e4 - -shift * 864e5)
			const midnight = Math.floor(first / 1440 + shift) * 1440
			const [month, d] = [date.getUTCMonth(), date.getUTCDate()]
			const week = last && d + 7 > new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate() ? 5 : Math.ceil(d / 7)
			const one = { month, week, day: date.getUTCDay(), minute: first - midnight }
			if (moments.every(([year, at]) => moment(one, year) === at))
				return `,M${month + 1}.${week}.${one.day}/${(one.minute / 60 | 0) + (one.minute % 60 ? ':' + Math.abs(one.minute % 60) : '')}`
		}
}

const two = n => String(n | 0).padStart(2, 0)
function name(minutes, sign = -1) {
	const a = Math.abs(minutes)
	const short = `${minutes < 0 ? '-' : '+'}${two(a / 60)}${a % 60 ? two(a % 60) : ''}`
	return `<${short}>${minutes * sign < 0 ? '-' : ''}${a / 60 | 0}${a % 60 ? ':' + two(a % 60) : ''}`
}

// eslint-disable-next-line no-unused-vars
function posix(zone, year = new Date().getFullYear()) {
	const years = Array.from({ length: 10 }, (_, i) => [year + i, changes(zone, year + i)])
	const now = east(zone, Date.now())
	if (years[0][1].length !== 2 || years.some(([, c]) => c.length !== 2)) return name(now)
	const [up, down] = [1, -1].map(way => years.map(([y, c]) => {
		const [at, before] = c.find(([, b, a]) => (a - b) * way > 0) ?? [0, 0]
		return [y, at / 6e4 + before]
	}))
	const [std, dst] = [years[0][1][0].slice(1), 0][0].sort((a, b) => a - b)
	const [begin, end] = [rule(up), rule(down)]
	return begin && end ? name(std) + name(dst) + begin + end : name(now)
}

const hint = document.querySelector('#hint')
const [zone, tz] = ['zone', 'tz'].map(id => document.getElementById(id))
if (hint) {
	const here = Intl.DateTimeFormat().resolvedOptions().timeZone
	const found = posix(here)
	const [said, use] = hint.children
	const take = () => {
		zone.value = here
		tz.value = found
		said.textContent = `Proposed by this browser: ${here}. Save to use it.`
		use.hidden = true
	}
	use.onclick = take
	if (tz.value !== found) {
		said.textContent = `This browser is in ${here}.`
		hint.hidden = false
		if (zone.value === 'UTC' && tz.value === 'UTC0') take()
	}
}
