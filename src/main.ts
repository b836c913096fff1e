process.stdout.write('tocsin\n');
