/** @file stub */ console.log('cli');
