/** Every documented answer has an example: the mock, the client's tests and the reference page show it. */
export function answerHasExample() {
  return {
    Response: {
      enter(response, { report }) {
        for (const [mediaType, media] of Object.entries(response.content ?? {})) {
          if (media.example === undefined && Object.keys(media.examples ?? {}).length === 0) {
            report({ message: `The answer needs an example of its ${mediaType} body.` });
          }
        }
      },
    },
  };
}
