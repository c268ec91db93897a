//! Bytes as messages; every length is compared with what is left before memory is taken.

use super::{
    ANY, Block, HEAD, MAGIC, MAX_BLOCKS, MAX_CONDITIONS, MAX_DESCRIPTION, MAX_TEXT, MAX_TOKEN,
    Message, Reply, VERSION, WireError, block_bytes, limit,
};
use crate::code::Code;
use crate::field::{Dtype, Field, MAX_NAME, MAX_RANK, Region, Values};
use std::io::{self, Read};

/// Reads a message; none where the connection ended between two. The values of a frame or static field may have `frame`
/// bytes at most.
///
/// # Errors
/// When the connection broke or the bytes are no message.
pub fn read(from: &mut impl Read, frame: usize) -> Result<Option<Message>, WireError> {
    let mut head = [0; HEAD];
    if !read_head(from, &mut head)? {
        return Ok(None);
    }
    let [kind, length @ ..] = head;
    let length = u64::from_le_bytes(length);
    let limit = limit(kind, frame)?;
    if length > limit {
        return Err(WireError::Length {
            kind,
            length,
            limit,
        });
    }
    let mut rest = Rest {
        kind,
        from: from.take(length),
    };
    let message = rest.message()?;
    if rest.from.limit() > 0 {
        return Err(rest.wrong());
    }
    Ok(Some(message))
}

/// Fills the head of a message; false where nothing comes any more.
fn read_head(from: &mut impl Read, head: &mut [u8; HEAD]) -> io::Result<bool> {
    loop {
        match from.read(&mut head[..1]) {
            Ok(0) => return Ok(false),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    from.read_exact(&mut head[1..]).map(|()| true)
}

/// The bytes of a message after its head.
struct Rest<R> {
    kind: u8,
    from: io::Take<R>,
}

impl<R: Read> Rest<R> {
    fn wrong(&self) -> WireError {
        WireError::Contents(self.kind)
    }

    /// Fills bytes that the message must have left.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), WireError> {
        if bytes.len() as u64 > self.from.limit() {
            return Err(self.wrong());
        }
        self.from.read_exact(bytes).map_err(WireError::Io)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn u8(&mut self) -> Result<u8, WireError> {
        self.bytes().map(u8::from_le_bytes)
    }

    fn flag(&mut self) -> Result<bool, WireError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong()),
        }
    }

    fn u16(&mut self) -> Result<u16, WireError> {
        self.bytes().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, WireError> {
        self.bytes().map(u32::from_le_bytes)
    }

    fn i32(&mut self) -> Result<i32, WireError> {
        self.bytes().map(i32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, WireError> {
        self.bytes().map(u64::from_le_bytes)
    }

    fn wanted(&mut self) -> Result<Option<u64>, WireError> {
        self.u64().map(|number| (number != ANY).then_some(number))
    }

    fn text(&mut self, limit: usize) -> Result<String, WireError> {
        let length = self.u32()? as usize;
        if length > limit || length as u64 > self.from.limit() {
            return Err(self.wrong());
        }
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        String::from_utf8(bytes).map_err(|_| self.wrong())
    }

    fn dtype(&mut self) -> Result<Dtype, WireError> {
        let number = self.u8()?;
        Dtype::from_number(number).ok_or_else(|| self.wrong())
    }

    fn rank(&mut self) -> Result<usize, WireError> {
        let rank = usize::from(self.u8()?);
        let possible = (1..=MAX_RANK).contains(&rank);
        possible.then_some(rank).ok_or_else(|| self.wrong())
    }

    fn axes(&mut self, rank: usize) -> Result<Vec<usize>, WireError> {
        let mut axes = Vec::with_capacity(rank);
        for _ in 0..rank {
            let points = self.u64()?;
            axes.push(usize::try_from(points).map_err(|_| self.wrong())?);
        }
        Ok(axes)
    }

    fn values(&mut self, dtype: Dtype, shape: &[usize]) -> Result<Values, WireError> {
        let bytes = block_bytes(dtype, shape).ok_or_else(|| self.wrong())?;
        if bytes as u64 > self.from.limit() {
            return Err(self.wrong());
        }
        let mut values = Values::zeros(dtype, bytes / dtype.size());
        self.fill(values.bytes_mut())?;
        Ok(in_native_order(values))
    }

    fn block(&mut self) -> Result<Block, WireError> {
        let dtype = self.dtype()?;
        let rank = self.rank()?;
        let region = Region {
            offset: self.axes(rank)?,
            shape: self.axes(rank)?,
        };
        let values = self.values(dtype, &region.shape)?;
        Ok(Block { region, values })
    }

    fn conditions(&mut self) -> Result<Vec<f64>, WireError> {
        let left = self.from.limit() as usize;
        if !left.is_multiple_of(8) || left / 8 > MAX_CONDITIONS {
            return Err(self.wrong());
        }
        (0..left / 8)
            .map(|_| self.bytes().map(f64::from_le_bytes))
            .collect()
    }

    fn message(&mut self) -> Result<Message, WireError> {
        Ok(match self.kind {
            1 => self.hello()?,
            2 => self.field()?,
            3 => Message::Next {
                wanted: self.wanted()?,
                ranks: self.u32()?,
            },
            4 => Message::Begin {
                wanted: self.wanted()?,
                first: self.u64()?,
                ranks: self.u32()?,
                values: self.conditions()?,
            },
            5 => Message::Join {
                simulation: self.u64()?,
                first: self.u64()?,
            },
            6 => self.static_field()?,
            7 => self.frame()?,
            8 => Message::Skip {
                from: self.u64()?,
                until: self.u64()?,
            },
            9 => Message::Finish {
                status: self.i32()?,
            },
            10 => Message::Bye,
            11 => Message::Describe,
            12 => Message::Fail {
                status: self.i32()?,
                text: self.text(MAX_TEXT)?,
            },
            32 => self.welcome()?,
            33 => Message::Ack {
                records: self.u64()?,
            },
            34 => Message::Reply {
                record: self.u64()?,
                reply: self.reply()?,
            },
            35 => self.refused()?,
            36 => Message::Stop,
            other => return Err(WireError::Kind(other)),
        })
    }

    fn version(&mut self) -> Result<u16, WireError> {
        if self.bytes()? != *MAGIC {
            return Err(self.wrong());
        }
        self.u16()
    }

    /// Reads over what another version has there.
    fn pass(&mut self) -> Result<(), WireError> {
        io::copy(&mut self.from, &mut io::sink())?;
        Ok(())
    }

    fn hello(&mut self) -> Result<Message, WireError> {
        let version = self.version()?;
        let mut message = (Default::default(), String::new());
        if version == VERSION {
            message = (self.bytes()?, self.text(MAX_TOKEN)?);
        } else {
            self.pass()?;
        }
        let (key, token) = message;
        Ok(Message::Hello {
            version,
            key,
            token,
        })
    }

    fn welcome(&mut self) -> Result<Message, WireError> {
        let version = self.version()?;
        if version != VERSION {
            self.pass()?;
            let records = None;
            return Ok(Message::Welcome { version, records });
        }
        let known = self.flag()?;
        let records = self.u64()?;
        let records = known.then_some(records);
        Ok(Message::Welcome { version, records })
    }

    fn field(&mut self) -> Result<Message, WireError> {
        let dtype = self.dtype()?;
        let rank = self.rank()?;
        let shape = self.axes(rank)?;
        let name = self.text(MAX_NAME)?;
        let field = Field::new(&name, dtype, &shape).map_err(|_| self.wrong())?;
        Ok(Message::Field(field))
    }

    fn static_field(&mut self) -> Result<Message, WireError> {
        let name = self.text(MAX_NAME)?;
        let rank = self.rank()?;
        let shape = self.axes(rank)?;
        let block = self.block()?;
        let dtype = block.values.dtype();
        let field = Field::new(&name, dtype, &shape).map_err(|_| self.wrong())?;
        Ok(Message::Static { field, block })
    }

    fn frame(&mut self) -> Result<Message, WireError> {
        let frame = self.u64()?;
        let time = self.bytes().map(f64::from_le_bytes)?;
        let count = usize::from(self.u16()?);
        if count > MAX_BLOCKS {
            return Err(self.wrong());
        }
        let mut blocks = Vec::new();
        for _ in 0..count {
            blocks.push((self.u16()?, self.block()?));
        }
        Ok(Message::Frame {
            frame,
            time,
            blocks,
        })
    }

    fn reply(&mut self) -> Result<Reply, WireError> {
        match self.u8()? {
            1 => Ok(Reply::Done),
            2 => Ok(Reply::Begun {
                simulation: self.u64()?,
                frames: self.u64()?,
                values: self.conditions()?,
            }),
            3 => Ok(Reply::End),
            4 => Ok(Reply::Description {
                text: self.text(MAX_DESCRIPTION)?,
            }),
            _ => Err(self.wrong()),
        }
    }

    fn refused(&mut self) -> Result<Message, WireError> {
        Ok(Message::Refused {
            record: self.u64()?,
            last: self.flag()?,
            code: Code::from_number(self.i32()?).ok_or_else(|| self.wrong())?,
            text: self.text(MAX_TEXT)?,
        })
    }
}

/// Values as this machine has them, from the little-endian order of the wire.
fn in_native_order(values: Values) -> Values {
    if cfg!(target_endian = "little") {
        return values;
    }
    match values {
        Values::F32(values) => Values::F32(values.into_iter().map(swapped_f32).collect()),
        Values::F64(values) => Values::F64(values.into_iter().map(swapped_f64).collect()),
    }
}

fn swapped_f32(value: f32) -> f32 {
    f32::from_bits(value.to_bits().swap_bytes())
}

fn swapped_f64(value: f64) -> f64 {
    f64::from_bits(value.to_bits().swap_bytes())
}
