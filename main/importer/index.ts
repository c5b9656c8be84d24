/** @file stub */ export {};
