const utf8 = new TextDecoder();

/**
 * A web `Response` over bytes that are already here. The platform's own keeps its body in a stream, which costs more CPU to build
 * and to read than the whole exchange on a kept connection; here a stream is built only for those who ask for `body`.
 */
export class CompleteResponse extends Response {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #init: ResponseInit;
  #used = false;
  #stream: ReadableStream<Uint8Array<ArrayBuffer>> | null | undefined;

  constructor(bytes: Uint8Array<ArrayBuffer>, init: ResponseInit) {
    super(null, init);
    this.#bytes = bytes;
    this.#init = init;
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    this.#stream ??= this.#bytes.byteLength === 0 ? null : new Response(this.#bytes).body;
    return this.#stream;
  }

  override get bodyUsed(): boolean {
    return this.#used || (this.#stream?.locked ?? false);
  }

  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    // A copy by constructor: a Buffer's own slice() shares memory, and its `buffer` holds what other requests left there.
    return new Uint8Array(this.#take());
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(this.#take()).buffer;
  }

  override async blob(): Promise<Blob> {
    return new Blob([this.#take()], { type: this.headers.get('content-type') ?? '' });
  }

  override async text(): Promise<string> {
    return utf8.decode(this.#take());
  }

  override async json(): Promise<unknown> {
    return JSON.parse(utf8.decode(this.#take()));
  }

  override async formData(): Promise<FormData> {
    return new Response(this.#take(), { headers: this.headers }).formData();
  }

  override clone(): Response {
    if (this.bodyUsed) throw new TypeError('The body has been read already');
    return new CompleteResponse(this.#bytes, this.#init);
  }

  #take(): Uint8Array<ArrayBuffer> {
    if (this.bodyUsed) throw new TypeError('The body has been read already');
    this.#used = true;
    return this.#bytes;
  }
}
