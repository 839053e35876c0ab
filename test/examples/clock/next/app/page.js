'use client';
import { createTokenSource } from '@nexconn-kit/token-source';
import { useNexconnToken } from '@nexconn-kit/token-source/react';

const source = createTokenSource({ endpoint: '/access-token' });

export default function Page() {
  const { status, token = status } = useNexconnToken(source);
  return <p id="token">{token}</p>;
}
