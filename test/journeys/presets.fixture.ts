import { after, before } from 'node:test';
import { openScene, type Scene, type TestTenant } from '../kit/scene.ts';

export let scene: Scene;
export let acme: TestTenant;

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
  });
  after(() => scene.close());
}
