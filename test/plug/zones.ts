/** Zones by their IANA name and as the plug gets them. The names are asked of Node's Intl, which knows nothing of POSIX rules. */
export interface Zone {
  readonly name: string;
  readonly tz: string;
}

export const ZONES: readonly Zone[] = [
  // Europe: one moment for all, so the local hour differs. Ireland's winter is its daylight saving time.
  { name: 'Europe/Berlin', tz: 'CET-1CEST,M3.5.0,M10.5.0/3' },
  { name: 'Europe/London', tz: 'GMT0BST,M3.5.0/1,M10.5.0' },
  { name: 'Europe/Dublin', tz: 'IST-1GMT0,M10.5.0,M3.5.0/1' },
  { name: 'Europe/Athens', tz: 'EET-2EEST,M3.5.0/3,M10.5.0/4' },
  // America
  { name: 'America/New_York', tz: 'EST5EDT,M3.2.0,M11.1.0' },
  { name: 'America/Los_Angeles', tz: 'PST8PDT,M3.2.0,M11.1.0' },
  { name: 'America/St_Johns', tz: 'NST3:30NDT,M3.2.0,M11.1.0' },
  { name: 'America/Phoenix', tz: 'MST7' },
  { name: 'America/Havana', tz: 'CST5CDT,M3.2.0/0,M11.1.0/1' },
  // The south. Lord Howe moves by half an hour, Chile at midnight, Easter Island at the same moment as Chile.
  { name: 'Australia/Sydney', tz: 'AEST-10AEDT,M10.1.0,M4.1.0/3' },
  { name: 'Australia/Adelaide', tz: 'ACST-9:30ACDT,M10.1.0,M4.1.0/3' },
  { name: 'Australia/Lord_Howe', tz: '<+1030>-10:30<+11>-11,M10.1.0,M4.1.0' },
  { name: 'Pacific/Auckland', tz: 'NZST-12NZDT,M9.5.0,M4.1.0/3' },
  { name: 'Pacific/Chatham', tz: '<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45' },
  { name: 'America/Santiago', tz: '<-04>4<-03>,M9.1.6/24,M4.1.6/24' },
  { name: 'Pacific/Easter', tz: '<-06>6<-05>,M9.1.6/22,M4.1.6/22' },
  // Times of day beyond the day itself
  { name: 'America/Nuuk', tz: '<-02>2<-01>,M3.5.0/-1,M10.5.0/0' },
  { name: 'Asia/Jerusalem', tz: 'IST-2IDT,M3.4.4/26,M10.5.0' },
  { name: 'Asia/Beirut', tz: 'EET-2EEST,M3.5.0/0,M10.5.0/0' },
  // All year the same, minutes, and the far ends
  { name: 'Asia/Kolkata', tz: 'IST-5:30' },
  { name: 'Asia/Kathmandu', tz: '<+0545>-5:45' },
  { name: 'Pacific/Marquesas', tz: '<-0930>9:30' },
  { name: 'Pacific/Kiritimati', tz: '<+14>-14' },
  { name: 'Etc/GMT+12', tz: '<-12>12' },
  { name: 'UTC', tz: 'UTC0' },
];
