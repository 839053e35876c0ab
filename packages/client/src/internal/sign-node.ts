export { signRequest as sign } from '@nexconn-kit/signing';
