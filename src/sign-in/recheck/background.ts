/** Work that nobody waits for: one at a time for each thing, and all of it done before the store closes. */
export interface Background {
  /** Starts it unless the same thing is under way. */
  start(name: string, work: () => Promise<unknown>): void;
  /** When all that was started is done. */
  settled(): Promise<void>;
}

export function createBackground(onFailure: (error: unknown) => void): Background {
  const running = new Map<string, Promise<void>>();
  return {
    start(name, work) {
      if (running.has(name)) return;
      const done = work().then(() => {}, onFailure);
      running.set(
        name,
        done.finally(() => running.delete(name)),
      );
    },
    async settled() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
