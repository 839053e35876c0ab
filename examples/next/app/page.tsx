export default function Page() {
  return <p>The token endpoint is /access-token.</p>;
}
