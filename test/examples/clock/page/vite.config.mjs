export default { server: { proxy: { '/access-token': `http://127.0.0.1:${process.env.PORT ?? 3000}` } } };
