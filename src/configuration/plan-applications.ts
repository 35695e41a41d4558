import type { z } from 'zod';
import {
  type Application,
  type ApplicationSettings,
  applicationDocument,
  changeApplication,
  createApplication,
  findApplicationFaults,
  removeApplication,
  withDefaults,
} from '#openid-provider/index.ts';
import {
  changing,
  creating,
  differencesOf,
  isSame,
  listAll,
  type MadeApplication,
  type Planned,
  type Planning,
  planned,
  refusing,
  removing,
} from './plan.ts';
import { placed, type Wanted } from './tenant-document.ts';

type WantedApplication = z.output<typeof applicationDocument>;

/**
 * Applications, by name: a client id belongs to one tenant and is made anew in another. Where several have one name, those that are just as
 * the document says stay, and the others are taken in their order.
 */
export async function planApplications(planning: Planning, wanted: readonly Wanted<WantedApplication>[]): Promise<Planned[]> {
  const { needs, change, rest } = planning;
  const present = await listApplications(needs.applications, change.tenant);
  const all = wanted.map(({ at, value }) => ({ at, settings: withDefaults(value) }));
  const matches = matchByName(
    all.map(({ settings }) => settings),
    present,
  );
  const plans = all.map((one, index) => planOne(planning, one, matches.get(index)));
  const matched = new Set(matches.values());
  const gone = rest === 'remove' ? present.filter((application) => !matched.has(application)) : [];
  const { tenant, by } = change;
  return [
    ...plans,
    ...gone.map(({ id, name }) => removing('application', name, (writing) => removeApplication(writing, { tenant, by, id }))),
  ];
}

/** Index of what is wanted, and the application that is it. */
function matchByName(wanted: readonly ApplicationSettings[], present: readonly Application[]): Map<number, Application> {
  const free = new Set(present);
  const matches = new Map<number, Application>();
  const take = (fits: (one: Application, settings: ApplicationSettings) => boolean): void =>
    wanted.forEach((settings, index) => {
      const found = matches.has(index) ? undefined : [...free].find((one) => fits(one, settings));
      if (!found) return;
      free.delete(found);
      matches.set(index, found);
    });
  take((one, settings) => isSame(settingsOf(one), settings));
  take((one, settings) => one.name === settings.name);
  return matches;
}

function planOne(
  { change }: Planning,
  { at, settings }: { at: string; settings: ApplicationSettings },
  found: Application | undefined,
): Planned {
  const one = planned('application', settings.name, at);
  const faults = findApplicationFaults(settings);
  if (faults.length > 0) return refusing(one, placed(at, faults));
  const { tenant, by } = change;
  if (!found)
    return creating(one, async (writing) => {
      const { application, secret } = await createApplication(writing, { tenant, by }, settings);
      return told(application, secret);
    });
  const differences = differencesOf(settingsOf(found), settings);
  return changing(one, differences, async (writing) => {
    const patch = Object.fromEntries(differences.map(({ pointer, after }) => [pointer.slice(1), after]));
    const { application, secret } = await changeApplication(writing, { tenant, by, id: found.id }, patch);
    return secret === null ? undefined : told(application, secret);
  });
}

const told = ({ id, name }: Application, clientSecret: string | null): MadeApplication => ({ name, clientId: id, clientSecret });

/** As it is exported; what an earlier release stored is completed. */
export function settingsOf({ id: _id, createdAt: _made, updatedAt: _changed, ...stored }: Application): ApplicationSettings {
  const read = applicationDocument.safeParse(stored);
  return read.success ? withDefaults(read.data) : stored;
}

export const listApplications = (
  applications: Planning['needs']['applications'],
  tenant: Planning['change']['tenant'],
): Promise<Application[]> =>
  listAll(
    (page) => applications.list(tenant, page),
    ({ id }) => id,
  );
