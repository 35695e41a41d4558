/** The world as a command sees it: everything that it reads, writes, asks or waits for. Tests bring their own. */
export interface Io {
  /** Of this program. */
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The terminal that each stream is, if it is one. */
  readonly terminal: { readonly input: boolean; readonly output: boolean; readonly errors: boolean };
  /** Columns of the terminal. */
  readonly columns: number;
  /** IANA name, in which times are shown. */
  readonly timeZone: string;
  out(text: string): void;
  err(text: string): void;
  readStdin(): Promise<string>;
  readFile(path: string): Promise<string>;
  /** Only its owner can read what is written. */
  writeFile(path: string, text: string): Promise<void>;
  /** One line from the terminal. */
  ask(question: string): Promise<string>;
  now(): Date;
  wait(milliseconds: number): Promise<void>;
  /** Opens an address in the person's browser; false where there is none. */
  openBrowser(url: string): Promise<boolean>;
  /** Runs the gateway in the foreground. @returns its exit code */
  serve(): Promise<number>;
  fetch(request: Request): Promise<Response>;
}
