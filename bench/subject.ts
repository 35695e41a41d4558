import type { Target } from './journey.ts';
import { type MeasuredGateway, startMeasured } from './process.ts';
import { openScenario, type Protocol, type Scenario } from './scenario.ts';
import { copyTenants } from './seed.ts';

/** A gateway that is measured, with the tenants that are signed in to. */
export interface Subject {
  readonly name: string;
  readonly tenants: number;
  readonly gateway: MeasuredGateway;
  readonly scenario: Scenario;
  readonly targets: readonly Target[];
}

interface Wanted {
  name: string;
  checkout: string;
  tenants: number;
  protocol: Protocol;
  /** `postgres://…`; else an SQLite file of its own */
  database: string | undefined;
}

export async function openSubject({ name, checkout, tenants, protocol, database }: Wanted): Promise<Subject> {
  const gateway = await startMeasured(checkout, database);
  try {
    const scenario = await openScenario(gateway, protocol);
    const targets = tenants === 1 ? [scenario.target] : await copyTenants(gateway, scenario.sample, tenants);
    return { name, tenants, gateway, scenario, targets };
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

export async function closeSubject({ gateway, scenario }: Subject): Promise<void> {
  await scenario.close();
  await gateway.stop();
}
