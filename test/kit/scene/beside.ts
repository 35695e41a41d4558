import type { World } from '#kernel/world.ts';
import { openScene, type Scene, type TestTenant } from '../scene.ts';

/** A simulator of a vendor: what is sent to the vendor's hosts reaches it. */
interface Vendor {
  readonly routes: Pick<World, 'fetch'>;
  close(): Promise<void>;
}

/** A whole gateway beside it; one clock for both. */
export interface SceneBeside {
  readonly scene: Scene;
  readonly acme: TestTenant;
  readonly clock: { now(): Date };
  advance(seconds: number): void;
  close(): Promise<void>;
}

export async function openSceneBeside<Kind extends Vendor>(
  start: (given: { clock: { now(): Date } }) => Promise<Kind>,
): Promise<SceneBeside & { vendor: Kind }> {
  const clock = { ahead: 0, now: () => new Date(Date.now() + clock.ahead) };
  const vendor = await start({ clock });
  const scene = await openScene({ world: { now: () => clock.now(), fetch: vendor.routes.fetch } }).catch(
    async (error: unknown) => {
      await vendor.close();
      throw error;
    },
  );
  return {
    vendor,
    scene,
    acme: await scene.addTenant('acme'),
    clock,
    advance: (seconds) => void (clock.ahead += seconds * 1000),
    async close() {
      await scene.close();
      await vendor.close();
    },
  };
}
