import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AccessTokenController, createListener } from './access-token.controller';
import { logIn } from './log-in';

@Module({
  controllers: [AccessTokenController],
  providers: [{ provide: createListener, useFactory: createListener }],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  app.use(logIn);
  await app.listen(process.env.PORT ?? 3000);
}

main();
