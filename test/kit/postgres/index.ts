export { openTestDatabase, type TestDatabase } from './databases.ts';
export { type PostgresWish, startPostgres, type TestPostgres } from './server.ts';
