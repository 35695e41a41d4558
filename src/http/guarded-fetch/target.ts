import { isIP } from 'node:net';
import { Problem } from '#kernel/problem.ts';
import { isPublicAddress } from './addresses.ts';
import { problems } from './problems.ts';

/** Longest URL that is fetched, in characters: what common servers accept as a request line. RFC 9110 §4.1 asks for 8,000. */
const LONGEST_URL = 8192;

/** Ports above 1023 that speak something else than HTTP: the Fetch standard's list, and what data stores and tools listen on. */
const OTHER_SERVICES = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672, 5900, 5984,
  6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 9200, 9300, 10080, 10250, 11211, 27017,
]);

/** These names always mean this machine, whatever a resolver makes of them. RFC 6761 §6.3 */
const LOCALHOST = /^(?:.+\.)?localhost\.?$/i;

/**
 * Reads what is to be fetched and refuses what can be refused without asking anybody. The URL parser has already turned
 * `2130706433`, `0x7f.1` and circled digits into the address that they mean.
 *
 * @throws Problem `fetch.url_refused`, `fetch.scheme_refused`, `fetch.port_refused`, `fetch.address_refused`
 */
export function readTarget(given: string | URL, allowPrivateNetwork: boolean): URL {
  const text = typeof given === 'string' ? given : given.href;
  const url = text.length > LONGEST_URL ? null : URL.parse(text);
  if (!url) throw new Problem(problems.url_refused, { facts: { url: text.slice(0, 200) } });
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new Problem(problems.scheme_refused, { facts: { scheme: url.protocol } });
  }
  // A user name is how `https://good.example@127.0.0.1/` pretends to be somebody else.
  if (url.username !== '' || url.password !== '') throw new Problem(problems.url_refused, { facts: { host: url.host } });
  if (isOtherService(url.port)) throw new Problem(problems.port_refused, { facts: { host: url.host } });
  const host = hostOf(url);
  if (!allowPrivateNetwork && (LOCALHOST.test(host) || (isIP(host) !== 0 && !isPublicAddress(host)))) {
    throw new Problem(problems.address_refused, { facts: { host, address: host } });
  }
  return url;
}

/** Host of a URL as the socket wants it: an IPv6 address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

function isOtherService(port: string): boolean {
  if (port === '') return false;
  const number = Number(port);
  return number < 1024 ? number !== 443 && number !== 80 : OTHER_SERVICES.has(number);
}
