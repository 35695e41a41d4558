declare const brand: unique symbol;

/** A value that only its checker or maker can produce; the brand exists at compile time only. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
